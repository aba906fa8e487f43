import TestSupport
import Testing

/// Configurations with routes, as the tests of the gateway write them.
enum Gateway {
    /// A route as JSON; `more` holds its further members.
    static func route(_ path: String, to target: String, _ more: String = "") -> String {
        "{\"path\": \"\(path)\", \"target\": \"\(target)\"\(more.isEmpty ? "" : ", \(more)")}"
    }

    /// A file with these routes; `more` holds its further members.
    static func config(_ routes: [String], _ more: String = "") -> String {
        "{\"routes\": [\(routes.joined(separator: ",\n"))]\(more.isEmpty ? "" : ",\n\(more)")}"
    }

    /// Starts a proxy with these routes.
    static func proxy(
        _ routes: String...,
        more: String = "",
        environment: [String: String] = [:]
    ) throws -> ProxyProcess {
        try start(config(routes, more), environment: environment)
    }

    /// Starts a proxy with a file and an environment.
    static func start(_ config: String?, environment: [String: String]) throws -> ProxyProcess {
        var launch = ProxyProcess.Launch()
        launch.environment = environment
        return try ProxyProcess(config, launch)
    }

    /// What `corsway check` says about a file that it refuses.
    static func refusal(of config: String, environment: [String: String] = [:]) throws -> String {
        let folder = try TemporaryFolder()
        let file = try folder.write(config, to: "config.json")
        let (exit, output, error) = try CorswayProgram.run(["check", file], environment: environment)
        #expect(exit == .status(2), "\(config)\n\(output)\(error)")
        return output + error
    }
}

extension ProxyProcess {
    /// Sends one request under a Host of its own; see `request`.
    func request(
        _ method: String = "GET",
        _ target: String,
        host: String,
        _ fields: [String] = [],
        body: String? = nil
    ) throws -> RawResponse {
        let client = try connect()
        var lines = ["\(method) /\(target) HTTP/1.1", "Host: \(host)"] + fields
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
        return try client.readResponse(to: method)
    }

    /// The Location of a response as the client resolves it: a path of its own is one of the proxy.
    func location(_ response: RawResponse) -> String? {
        guard let location = response.value(of: "Location") else { return nil }
        return location.hasPrefix("/") && !location.hasPrefix("//")
            ? "http://\(authority)\(location)" : location
    }
}

extension ScriptedUpstream {
    /// An upstream that answers everything with its name.
    static func named(_ name: String) throws -> ScriptedUpstream {
        try ScriptedUpstream { _ in Answer.text(name) }
    }

    /// The targets that it was asked for, in order.
    var targets: [String] { requests.map(\.target) }
}
