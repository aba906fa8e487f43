import Foundation
import TestSupport
import Testing

/// Sockets that the proxy is started with, as systemd's socket units do it.
@Suite struct ActivationTests {
    private func launch(_ sockets: ActivationSocket...) -> ProxyProcess.Launch {
        var launch = ProxyProcess.Launch(arguments: [])
        launch.sockets = sockets
        return launch
    }

    @Test func `an inherited socket takes the place of the configured one`() throws {
        let socket = try ActivationSocket()
        let proxy = try ProxyProcess(#"{"listen": {"port": 1}}"#, launch(socket))
        #expect(proxy.port == socket.port)
        #expect(try proxy.request("GET", "iscorsneeded").text == "no")
    }

    @Test func `a connection that waited before the start is served`() throws {
        let socket = try ActivationSocket()
        let early = try RawClient(port: socket.port)
        try early.send("GET /iscorsneeded HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let proxy = try ProxyProcess("{}", launch(socket))
        #expect(try early.readResponse().text == "no")
        #expect(proxy.child.poll() == nil)
    }

    @Test func `a surplus socket is served too, and its file stays`() throws {
        let folder = try TemporaryFolder()
        let proxy = try ProxyProcess(
            "{}",
            launch(try ActivationSocket(), try ActivationSocket(path: "\(folder.path)/b.sock"))
        )
        let client = RawClient(socket: try .connect(toPath: "\(folder.path)/b.sock"))
        try client.send(proxy.head("GET", "iscorsneeded"))
        #expect(try client.readResponse().text == "no")
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit() == .status(0))
        #expect(folder.holds("b.sock"))
    }

    @Test func `an inherited socket beyond loopback is an open relay like any other`() throws {
        #expect(throws: SocketError.self) {
            try ProxyProcess("{}", launch(try ActivationSocket(host: "0.0.0.0")))
        }
    }

    @Test func `what cannot be listened on is told by its number`() throws {
        let folder = try TemporaryFolder()
        for socket in [
            try ActivationSocket(listens: false),
            try ActivationSocket(path: "\(folder.path)/d.sock", datagrams: true),
        ] {
            let child = try ChildProcess(
                "/bin/sh",
                ["-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" serve", try CorswayProgram.path()],
                inherited: [(socket.descriptor, 3)]
            )
            #expect(try child.exit() == .status(2))
            #expect(child.standardError.contains("Descriptor 3"))
        }
    }

    @Test func `sockets for another process are none of its own`() throws {
        var launch = ProxyProcess.Launch()
        launch.environment = ["LISTEN_PID": "1", "LISTEN_FDS": "1"]
        let proxy = try ProxyProcess("{}", launch)
        #expect(try proxy.request("GET", "iscorsneeded").text == "no")
    }
}
