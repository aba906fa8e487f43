import Foundation
import TestSupport
import Testing

/// The snippet for nginx, in a real nginx in front of the built program.
@Suite struct NginxTests {
    private static let configuration = """
        {"allowedHosts": ["cors.example.com"], "trustedProxies": ["127.0.0.1"],
         "cors": {"allowedOrigins": ["https://app.example.com"]},
         "prefix": {"redirects": {"mode": "rewrite"}}, "guard": {"allowPrivateNetworks": ["127.0.0.1"]}}
        """

    /// An nginx with the snippet, each text in `changes` replaced by the one beside it.
    private static func start(
        before proxy: ProxyProcess,
        _ changes: [(String, String)] = []
    ) throws -> (nginx: NginxProcess, port: Int) {
        let authority = try CertificateAuthority()
        let certificate = try authority.issue(names: "DNS:cors.example.com")
        let port = try freePort()
        var text = try Repository.text(of: "deploy/nginx/corsway.conf")
        let places = [
            ("server 127.0.0.1:8080;", "server \(proxy.authority);"),
            ("listen 443 ssl;", "listen 127.0.0.1:\(port) ssl;"), ("    listen [::]:443 ssl;\n", ""),
            ("/etc/ssl/certs/cors.example.com.pem", certificate.chain),
            ("/etc/ssl/private/cors.example.com.key", certificate.key),
        ]
        for (old, new) in places + changes {
            #expect(text.contains(old), "\(old)")
            text = text.replacing(old, with: new)
        }
        // nginx has read the certificate when it listens; the folder may go then.
        return try withExtendedLifetime(authority) { (try NginxProcess(http: text), port) }
    }

    /// The head and the body that a client of the nginx gets.
    private static func get(_ target: String, at port: Int, _ fields: [String] = []) throws -> String {
        let authority = "cors.example.com:\(port)"
        let headers = (["Origin: https://app.example.com"] + fields).flatMap { ["-H", $0] }
        return try run(
            "curl",
            ["-sik", "--path-as-is", "--resolve", "\(authority):127.0.0.1"] + headers
                + ["https://\(authority)\(target)"]
        )
    }

    @Test func `hands on the two slashes of a target, and all that stands in its path`() throws {
        let upstream = try ScriptedUpstream { Answer.text($0.target) }
        let proxy = try ProxyProcess(Self.configuration)
        let (nginx, port) = try Self.start(before: proxy)
        try withExtendedLifetime(nginx) {
            for path in ["/", "/a//b", "/%2e%2F%20", "/x?q=//&r=%41"] {
                let answer = try Self.get("/\(upstream.url(path))", at: port)
                #expect(answer.hasSuffix("\r\n\r\n\(path)"), "\(answer)")
                let verdict = "access-control-allow-origin: https://app.example.com\r\n"
                #expect(answer.lowercased().contains(verdict), "\(answer)")
            }
        }
    }

    @Test func `merged slashes lose the target, which merge_slashes off prevents`() throws {
        let upstream = try ScriptedUpstream { Answer.text($0.target) }
        let proxy = try ProxyProcess(Self.configuration)
        // With a path behind the address nginx writes the request's path anew.
        let withPath = ("proxy_pass http://corsway;", "proxy_pass http://corsway/;")
        let (merging, first) = try Self.start(before: proxy, [withPath, ("merge_slashes off;", "")])
        let answer = try Self.get("/\(upstream.url("/a"))", at: first)
        #expect(answer.lowercased().contains("x-corsway-error: target-slashes\r\n"), "\(answer)")
        let (keeping, second) = try Self.start(before: proxy, [withPath])
        #expect(try Self.get("/\(upstream.url("/a"))", at: second).hasSuffix("\r\n\r\n/a"))
        withExtendedLifetime((merging, keeping)) {}
    }

    @Test func `tells the proxy its own name and scheme, whatever the client says of itself`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: "/next") }
        let proxy = try ProxyProcess(Self.configuration)
        let (nginx, port) = try Self.start(before: proxy)
        let lies = [
            "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Prefix: /evil", "Forwarded: for=192.0.2.7",
            "X-Real-IP: 192.0.2.7", "X-Request-Id: lie",
        ]
        let answer = try Self.get("/\(upstream.url())", at: port, lies)
        let location = "location: https://cors.example.com:\(port)/\(upstream.url("/next"))\r\n"
        #expect(answer.lowercased().contains(location), "\(answer)")
        let request = try #require(upstream.requests.first)
        // The client, then the nginx: both are this machine.
        #expect(request.elements(of: "X-Forwarded-For") == ["127.0.0.1", "127.0.0.1"])
        #expect(request.value(of: "X-Forwarded-Proto") == "https")
        #expect(request.values(of: "X-Real-IP") == ["127.0.0.1"])
        let name = try #require(request.values(of: "X-Request-Id").first)
        #expect(name != "lie" && name.utf8.count == 32, "it is nginx's")
        #expect(answer.lowercased().contains("x-request-id: \(name)\r\n"), "\(answer)")
        withExtendedLifetime(nginx) {}
    }

    @Test(arguments: ["deploy/nginx/corsway.conf", "deploy/caddy/Caddyfile"])
    func `what a client could say of itself is set or removed`(file: String) throws {
        let text = try Repository.text(of: file)
        for name in ["X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-IP", "X-Request-Id", "Forwarded"] {
            let isThere = text.contains(" \(name) ") || text.contains(" -\(name)\n")
            #expect(isThere, "\(name)")
        }
    }

    @Test func `hands a WebSocket on`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            // RFC 6455 §1.3 has the key and its answer.
            try connection.send(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
            )
            try connection.send([0x81, 5] + Array("hello".utf8))
            try connection.awaitClose()
        }
        let proxy = try ProxyProcess(Self.configuration)
        let (nginx, port) = try Self.start(before: proxy)
        let fields = [
            "Origin: https://app.example.com", "Connection: Upgrade", "Upgrade: WebSocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        let client = try ChildProcess(
            "curl",
            ["-skiN", "--http1.1", "--resolve", "cors.example.com:\(port):127.0.0.1"]
                + fields.flatMap { ["-H", $0] } + ["https://cors.example.com:\(port)/\(upstream.url())"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        try eventually("the first message in \(client.standardOutput)") {
            client.standardOutput.hasPrefix("HTTP/1.1 101 ") && client.standardOutput.hasSuffix("\u{5}hello")
        }
        #expect(upstream.requests.first?.value(of: "Origin") == "http://127.0.0.1:\(upstream.port)")
        withExtendedLifetime(nginx) {}
    }

    @Test func `lets an event through before the next one is there`() throws {
        let isSeen = Latch()
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
            try isSeen.wait()
        }
        let proxy = try ProxyProcess(Self.configuration)
        let (nginx, port) = try Self.start(before: proxy)
        let client = try ChildProcess(
            "curl",
            [
                "-skN", "--resolve", "cors.example.com:\(port):127.0.0.1",
                "https://cors.example.com:\(port)/\(upstream.url())",
            ],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        try eventually("the first event") { client.standardOutput == "data: 1\n\n" }
        isSeen.open()
        #expect(try client.exit() == .status(0))
        withExtendedLifetime(nginx) {}
    }
}
