import Foundation

/// A running `corsway serve`, on a port of its own.
package final class ProxyProcess: Sendable {
    package let child: ChildProcess
    package let port: Int
    /// Where its configuration is, in `config.json`.
    package let folder: TemporaryFolder

    /// What a proxy is started with.
    package struct Launch: Sendable {
        package var arguments: [String]
        package var environment: [String: String] = [:]
        package var descriptorLimit: Int?
        /// Sockets that it is started with, as systemd does it.
        package var sockets: [ActivationSocket] = []

        package init(arguments: [String] = ["--port", "0"]) {
            self.arguments = arguments
        }
    }

    /// Starts the program with a configuration file of this text, or without one, and waits until it listens.
    package init(_ config: String? = "{}", _ launch: Launch = Launch()) throws {
        folder = try TemporaryFolder()
        var arguments = ["serve"]
        if let config { arguments += ["--config", try folder.write(config, to: "config.json")] }
        arguments += launch.arguments
        var program = try CorswayProgram.path()
        if let limit = launch.descriptorLimit {
            arguments = ["-c", "ulimit -n \(limit); exec \"$0\" \"$@\"", program] + arguments
            program = "/bin/sh"
        }
        var environment = CorswayProgram.environment.merging(launch.environment) { _, new in new }
        if !launch.sockets.isEmpty {
            environment["LISTEN_FDS"] = "\(launch.sockets.count)"
            arguments = ["-c", "LISTEN_PID=$$ exec \"$0\" \"$@\"", program] + arguments
            program = "/bin/sh"
        }
        let child = try ChildProcess(
            program,
            arguments,
            environment: environment,
            inherited: launch.sockets.enumerated().map { ($1.descriptor, Int32(3 + $0)) }
        )
        var found: Int?
        try eventually("corsway listens; \(child.standardError)") {
            if child.poll() != nil {
                throw SocketError.ended("corsway ended: \(child.standardOutput)\(child.standardError)")
            }
            found = ProxyProcess.port(in: child.standardOutput) ?? ProxyProcess.port(in: child.standardError)
            return found != nil
        }
        self.child = child
        port = found ?? 0
    }

    /// Reads the first port out of "listening on http://127.0.0.1:PORT", or https, once its line is whole.
    private static func port(in output: String) -> Int? {
        for line in output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            guard line.contains("listening on "), let address = line.firstRange(of: /https?:\/\//) else {
                continue
            }
            let authority = line[address.upperBound...].prefix { !" /\"\u{1B}".contains($0) }
            guard let port = authority.split(separator: ":").last.flatMap({ Int($0) }) else { continue }
            return port
        }
        return nil
    }

    /// The proxy's own host and port.
    package var authority: String { "127.0.0.1:\(port)" }

    /// A new connection to the proxy.
    package func connect(from source: String? = nil, receiveBuffer: Int? = nil) throws -> RawClient {
        let client = try RawClient(port: port, from: source, receiveBuffer: receiveBuffer)
        client.server = self
        return client
    }

    /// Sends one request on a connection of its own and reads the response.
    ///
    /// The target is what stands behind the first slash: a URL in the prefix form.
    /// The fields are whole lines, sent beside Host.
    package func request(
        _ method: String = "GET",
        _ target: String,
        _ fields: [String] = [],
        body: String? = nil
    ) throws -> RawResponse {
        let client = try connect()
        try client.send(head(method, target, fields, body: body) + (body ?? ""))
        return try client.readResponse(to: method)
    }

    /// The head of a request as `request` sends it.
    package func head(
        _ method: String = "GET",
        _ target: String,
        _ fields: [String] = [],
        body: String? = nil
    ) -> String {
        var lines = ["\(method) /\(target) HTTP/1.1", "Host: \(authority)"] + fields
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// The lines of the log that hold a text, once there is one.
    package func logLines(with text: String) throws -> [Substring] {
        var lines: [Substring] = []
        try eventually("a line of the log with \"\(text)\" in \(child.standardOutput)") {
            lines = child.standardOutput.split(separator: "\n").filter { $0.contains(text) }
            return !lines.isEmpty
        }
        return lines
    }
}
