import Foundation
import TestSupport
import Testing

/// Listening on a unix socket.
@Suite struct UnixSocketTests {
    private func proxy(_ more: String = "") throws -> ProxyProcess {
        try ProxyProcess(
            #"{"listen": [{"port": 0}, {"unix": "a.sock", "mode": "0600"}]\#(more)}"#,
            ProxyProcess.Launch(arguments: [])
        )
    }

    private func request(_ proxy: ProxyProcess, _ target: String, _ fields: [String] = []) throws
        -> RawResponse
    {
        let client = RawClient(socket: try .connect(toPath: "\(proxy.folder.path)/a.sock"))
        try client.send(proxy.head("GET", target, fields))
        return try client.readResponse()
    }

    @Test func `requests are served, and logged without an address`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try proxy(#", "log": {"format": "json"}"#)
        #expect(proxy.child.standardOutput.contains(" and unix:\(proxy.folder.path)/a.sock"))
        #expect(try request(proxy, upstream.url("/seen")).text == "reached")
        #expect(try proxy.logLines(with: "/seen").allSatisfy { $0.contains(#""unix:""#) })
    }

    @Test func `the file has its mode, and goes with the proxy`() throws {
        let proxy = try proxy()
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(proxy.folder.path)/a.sock")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit() == .status(0))
        #expect(!proxy.folder.holds("a.sock"))
    }

    @Test func `X-Forwarded fields are believed only where trustedProxies has unix`() throws {
        let upstream = try ScriptedUpstream { request in
            Answer.text(request.values(of: "X-Forwarded-For").joined(separator: "|"))
        }
        let fields = ["X-Forwarded-For: 192.0.2.7"]
        let untrusted = try proxy(#", "guard": {"allowPrivateNetworks": true}"#)
        #expect(try request(untrusted, upstream.url(), fields).text == "unix:")
        let trusting = try proxy(#", "trustedProxies": ["unix"]"#)
        #expect(try request(trusting, upstream.url(), fields).text == "192.0.2.7, unix:")
        #expect(try request(try proxy(), upstream.url(), fields).errorCode == "untrusted-forwarder")
    }

    @Test func `a socket that nobody answers on is replaced, one that somebody does is not`() throws {
        let proxy = try proxy()
        let config = "\(proxy.folder.path)/config.json"
        let (exit, _, error) = try CorswayProgram.run(["serve", "--config", config])
        #expect(exit == .status(3))
        #expect(error.contains("unix:\(proxy.folder.path)/a.sock"))
        #expect(try request(proxy, "iscorsneeded").text == "no")
        proxy.child.send(signal: SIGKILL)
        _ = try proxy.child.exit()
        #expect(proxy.folder.holds("a.sock"))
        let next = try ChildProcess(
            try CorswayProgram.path(),
            ["serve", "--config", config],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        try eventually("the next one listens; \(next.standardError)") {
            next.standardOutput.contains("a.sock")
        }
        #expect(try request(proxy, "iscorsneeded").text == "no")
    }

    @Test func `a file that is no socket is left alone`() throws {
        let folder = try TemporaryFolder()
        try folder.write("precious", to: "a.sock")
        let file = try folder.write(#"{"listen": {"unix": "a.sock"}}"#, to: "config.json")
        let (exit, _, error) = try CorswayProgram.run(["serve", "--config", file])
        #expect(exit == .status(1))
        #expect(error.contains("a.sock"))
        #expect(folder.text(of: "a.sock") == "precious")
    }
}

extension TemporaryFolder {
    /// Whether something stands in the folder under a name.
    func holds(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(name)")
    }
}
