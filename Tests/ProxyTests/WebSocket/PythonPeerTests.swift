import Foundation
import TestSupport
import Testing

/// A client and a server of another hand, with the proxy between them.
@Suite struct PythonPeerTests {
    /// What a client finds that is connected to the server itself.
    private static let expected = [
        "text": "Grüße ☂", "binary": "fcfdfeff", "empty": "['', b'']", "many": "True",
        "large": "[True, True]",
        "fragments_sent": "one two three", "fragments_received": "one two three",
        "ping_sent": "ponged", "ping_received": "ponged",
        "subprotocols": "None=None chat.v2=chat.v2 vite-hmr=vite-hmr None=None",
        "deflate": "0True 1True 1True 1True",
        "closed_by_client": "True True True True", "closed_by_server": "True True True True",
    ]

    private enum Shared {
        static let authority = Result { try CertificateAuthority() }
        static let certificate = Result {
            try authority.get().issue(names: "DNS:localhost,DNS:*.localhost,DNS:sock.localhost,IP:127.0.0.1")
        }
        static let plain = Result { try PythonWebSocketServer() }
        static let secure = Result { try PythonWebSocketServer(certificate: certificate.get()) }
    }

    @Test func `without a proxy between them all is as expected`() throws {
        for server in [try Shared.plain.get(), try Shared.secure.get()] {
            let scheme = server.authority.hasPrefix("localhost") ? "wss" : "ws"
            let findings = try PythonWebSocketClient.findings(
                at: "\(scheme)://\(server.authority)/",
                port: server.port,
                trusting: Shared.authority.get().certificate
            )
            #expect(findings == Self.expected)
        }
    }

    /// The proxy of a door, the server behind it, and who has signed for both.
    private func open(
        _ door: WebSocketDoor
    ) throws -> (ProxyProcess, PythonWebSocketServer, CertificateAuthority) {
        let server = try door.isUpstreamSecure ? Shared.secure.get() : Shared.plain.get()
        let authority = try Shared.authority.get()
        let proxy = try door.proxy(
            to: server.authority,
            authority: authority,
            certificate: Shared.certificate.get()
        )
        return (proxy, server, authority)
    }

    @Test(arguments: WebSocketDoor.all)
    func `nothing is different through the proxy`(door: WebSocketDoor) throws {
        let (proxy, server, authority) = try open(door)
        let findings = try PythonWebSocketClient.findings(
            at: door.url(proxy, upstream: server.authority),
            port: proxy.port,
            trusting: authority.certificate
        )
        for (name, finding) in Self.expected { #expect(findings[name] == finding, "\(name)") }
        #expect(findings.count == Self.expected.count)
    }

    @Test(arguments: WebSocketDoor.all.filter { $0.form == .prefix })
    func `a client is told that the proxy stops, with TLS or without`(door: WebSocketDoor) throws {
        let (proxy, server, authority) = try open(door)
        let client = Background {
            try PythonWebSocketClient.findings(
                at: door.url(proxy, upstream: server.authority),
                port: proxy.port,
                trusting: authority.certificate,
                only: ["told"]
            )
        }
        _ = try proxy.logLines(with: "tunnel=opened")
        proxy.child.send(signal: SIGTERM)
        #expect(try client.value() == ["told": "1001"])
        #expect(try proxy.child.exit(within: .seconds(10)) == .status(0))
    }
}
