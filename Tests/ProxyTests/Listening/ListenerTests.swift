import TestSupport
import Testing

/// Several listeners of one proxy.
@Suite struct ListenerTests {
    /// The ports that the start message names.
    private func ports(_ proxy: ProxyProcess) -> [Int] {
        let line =
            proxy.child.standardOutput.split(separator: "\n").first { $0.contains("listening on") } ?? ""
        return line.split(separator: " ").compactMap { word in
            word.hasPrefix("http://") ? word.split(separator: ":").last.flatMap { Int($0) } : nil
        }
    }

    @Test func `all listeners serve, each with its own port told to the upstream`() throws {
        let upstream = try ScriptedUpstream { request in
            Answer.text(request.values(of: "X-Forwarded-Port").joined())
        }
        let listen = #"[{"port": 0}, {"port": 0}, {"host": "::1", "port": 0}]"#
        let proxy = try ProxyProcess(#"{"listen": \#(listen)}"#, ProxyProcess.Launch(arguments: []))
        let ports = ports(proxy)
        #expect(ports.count == 3)
        for (port, host) in zip(ports, ["127.0.0.1", "127.0.0.1", "::1"]) {
            let client = RawClient(socket: try .connect(to: port, host: host))
            try client.send(proxy.head("GET", upstream.url()))
            #expect(try client.readResponse().text == "\(port)")
        }
    }

    @Test func `one listener beyond loopback takes the privileges of loopback from all`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let open = #"{"host": "0.0.0.0", "port": 0}"#
        let proxy = try ProxyProcess(
            #"{"listen": [{"port": 0}, \#(open)], "acceptOpenRelay": true}"#,
            ProxyProcess.Launch(arguments: [])
        )
        #expect(try proxy.request("GET", upstream.url()).errorCode == "private-address")
        #expect(upstream.openedConnections == 0)
    }

    @Test func `one port that is taken keeps all from being opened`() throws {
        let first = try ProxyProcess()
        let folder = try TemporaryFolder()
        let file = try folder.write(
            #"{"listen": [{"unix": "a.sock"}, {"port": \#(first.port)}]}"#,
            to: "config.json"
        )
        let (exit, _, error) = try CorswayProgram.run(["serve", "--config", file])
        #expect(exit == .status(3))
        #expect(error.contains("127.0.0.1:\(first.port)"))
        #expect(!folder.holds("a.sock"))
    }
}
