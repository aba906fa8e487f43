import Foundation
import TestSupport
import Testing

/// `corsway healthcheck`, as a container asks.
@Suite struct HealthcheckTests {
    /// A proxy, and a file of its own configuration.
    private struct Running {
        let proxy: ProxyProcess
        let file: String
        private let folder: TemporaryFolder

        init(_ more: String, port: Int) throws {
            let text = "{\"listen\": {\"port\": \(port)}\(more)}"
            var launch = ProxyProcess.Launch()
            launch.arguments = []
            launch.environment["TOKEN"] = "0123456789abcdef"
            folder = try TemporaryFolder()
            file = try folder.write(text, to: "corsway.json")
            proxy = try ProxyProcess(text, launch)
        }
    }

    @Test func `a ready proxy is ready by its admin listener, token included`() throws {
        let port = try freePort()
        let admin = try freePort()
        let running = try Running(
            #", "admin": {"enabled": true, "port": \#(admin), "token": "${env:TOKEN}"}"#,
            port: port
        )
        let token = ["TOKEN": "0123456789abcdef"]
        let ready = try CorswayProgram.run(["healthcheck", "--config", running.file], environment: token)
        #expect(ready.exit == .status(0), "\(ready)")
        #expect(ready.output == "http://127.0.0.1:\(admin)/readyz: 200\n")
        let wrong = try CorswayProgram.run(
            ["healthcheck", "--config", running.file],
            environment: ["TOKEN": "fedcba9876543210"]
        )
        #expect(wrong.exit == .status(1) && wrong.output.contains("401"))
        let other = ["healthcheck", "--config", running.file, "--url"]
        let byURL = try CorswayProgram.run(other + ["http://127.0.0.1:\(admin)/healthz"], environment: token)
        #expect(byURL.exit == .status(0), "\(byURL)")
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        #expect(try CorswayProgram.run(other + [upstream.url("/")], environment: token).exit == .status(0))
        #expect(upstream.requests.count == 1)
        #expect(upstream.requests.allSatisfy { $0.value(of: "Authorization") == nil })
        #expect(!(ready.output + ready.error + wrong.output + wrong.error).contains("0123456789abcdef"))
        withExtendedLifetime(running) {}
    }

    @Test func `without an admin listener the proxy itself is asked, and nobody else`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let port = try freePort()
        let running = try Running(
            #", "routes": [{"path": "/", "target": "\#(upstream.url("/"))"}]"#,
            port: port
        )
        let ready = try CorswayProgram.run(["healthcheck", "--config", running.file])
        #expect(ready.exit == .status(0), "\(ready)")
        #expect(upstream.requests.isEmpty)
        running.proxy.child.send(signal: SIGTERM)
        #expect(try running.proxy.child.exit() == .status(0))
        let gone = try CorswayProgram.run(["healthcheck", "--config", running.file])
        #expect(gone.exit == .status(1))
        #expect(gone.error.contains("nobody listens there"))
    }

    @Test func `a proxy on a unix socket can be asked`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            #"{"listen": {"unix": "\#(folder.path)/a.sock"}, "log": {"format": "json"}}"#,
            to: "corsway.json"
        )
        let path = try CorswayProgram.path()
        let proxy = try ChildProcess(path, ["serve", "--config", file])
        try eventually("it listens") {
            try CorswayProgram.run(["healthcheck", "--config", file]).exit == .status(0)
        }
        withExtendedLifetime(proxy) {}
    }

    @Test(arguments: [#""port": PORT"#, #""unix": "SOCKET""#])
    func `a listener that has a certificate is asked by https`(place: String) throws {
        let folder = try TemporaryFolder()
        _ = try CorswayProgram.run(["certs", "--out", folder.path])
        let tls =
            #""tls": {"certificate": "\#(folder.path)/localhost.pem", "privateKey": "\#(folder.path)/localhost.key"}"#
        let port = try freePort()
        let place = place.replacingOccurrences(of: "SOCKET", with: "\(folder.path)/a.sock")
            .replacingOccurrences(of: "PORT", with: "\(port)")
        let file = try folder.write(#"{"listen": {\#(place), \#(tls)}}"#, to: "corsway.json")
        let proxy = try ChildProcess(try CorswayProgram.path(), ["serve", "--config", file])
        try eventually("it is ready; \(proxy.standardError)") {
            try CorswayProgram.run(["healthcheck", "--config", file]).exit == .status(0)
        }
        withExtendedLifetime(proxy) {}
    }

    @Test func `PORT says where to ask`() throws {
        let proxy = try ProxyProcess(nil)
        let run = try CorswayProgram.run(["healthcheck"], environment: ["PORT": "\(proxy.port)"])
        #expect(run.exit == .status(0), "\(run)")
    }

    @Test func `a proxy that drains is not ready`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            _ = try connection.readRequest()
        }
        let proxy = try ProxyProcess("{\(Admin.config)}")
        let admin = try Admin(of: proxy)
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url("/hang")))
        try eventually("it hangs") { !upstream.requests.isEmpty }
        proxy.child.send(signal: SIGTERM)
        try eventually("not ready") { try admin.request("/readyz").status == 503 }
        let run = try CorswayProgram.run(["healthcheck", "--url", "http://127.0.0.1:\(admin.port)/readyz"])
        #expect(run.exit == .status(1))
        #expect(run.output.contains("503"))
        client.socket.close()
    }

    @Test(arguments: ["", "nonsense", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:99999/"])
    func `a URL that is none is bad usage`(url: String) throws {
        #expect(try CorswayProgram.run(["healthcheck", "--url", url]).exit == .status(2))
    }

    @Test func `a bad configuration is told, with status 2`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("{\"lisen\": 1}", to: "corsway.json")
        #expect(try CorswayProgram.run(["healthcheck", "--config", file]).exit == .status(2))
    }
}
