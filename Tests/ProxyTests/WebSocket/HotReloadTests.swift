import TestSupport
import Testing

/// A development server as Vite is one: a page and its socket, both through `--to`.
@Suite struct HotReloadTests {
    @Test func `page and socket come by one address, and the socket opens again after a restart`() throws {
        let port = try freePort()
        var server: ScriptedUpstream? = try .developmentServer(port: port)
        var launch = ProxyProcess.Launch()
        launch.arguments += ["--to", "http://127.0.0.1:\(port)"]
        let proxy = try ProxyProcess(nil, launch)
        let page = [origin("http://\(proxy.authority)"), "Sec-WebSocket-Protocol: vite-hmr"]
        #expect(try proxy.request("GET", "").text.contains("/@vite/client"))
        let socket = try proxy.openWebSocket("?token=abc", page)
        #expect(socket.head.value(of: "Sec-WebSocket-Protocol") == "vite-hmr")
        #expect(try socket.receiveText() == #"{"type":"connected"}"#)
        let request = try #require(server?.requests.last)
        #expect(request.target == "/?token=abc")
        // Vite compares them, and refuses a socket where they differ.
        #expect(request.value(of: "Origin") == "http://\(request.value(of: "Host") ?? "")")
        server = nil
        try socket.readEnding()
        try eventually("the server is gone") { try proxy.handshake("?token=abc", page).status == 502 }
        server = try eventuallyMade { try .developmentServer(port: port) }
        let again = try proxy.openWebSocket("?token=abc", page)
        #expect(try again.receiveText() == #"{"type":"connected"}"#)
        #expect(try proxy.request("GET", "").text.contains("/@vite/client"))
        withExtendedLifetime(server) {}
    }

    /// Tries until the port of a server that ended is free.
    private func eventuallyMade<Made>(_ make: () throws -> Made) throws -> Made {
        var made: Result<Made, any Error>?
        try eventually("the server has started again") {
            made = Result { try make() }
            if case .success = made { return true }
            return false
        }
        return try #require(made).get()
    }
}
