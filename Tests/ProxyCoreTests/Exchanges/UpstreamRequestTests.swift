import HTTPSyntax
import Testing

@testable import ProxyCore

@Suite struct UpstreamRequestTests {
    /// What is sent for a client's head, without the end of the head.
    private func sent(
        _ requestLine: String = "GET / HTTP/1.1",
        _ fields: [String] = [],
        host: String = "Host: localhost:8080",
        trusted: Bool = false,
        addsForwarded: Bool = true,
        to destination: TargetURL = target("api.example", "/v1?q=1"),
        absoluteForm: AbsoluteForm? = nil
    ) throws -> [String] {
        let head = try requestHead(requestLine, (host.isEmpty ? [] : [host]) + fields)
        let request = UpstreamRequest(
            head,
            length: try head.framing().length,
            target: destination,
            from: RequestSource(isTrusted: trusted).request(head),
            pseudonym: "corsway-x",
            addsForwarded: addsForwarded
        )
        var bytes: [UInt8] = []
        request.write(to: &bytes, absoluteForm: absoluteForm)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasSuffix("\r\n\r\n"))
        // CRLF is one Character.
        return text.dropLast(2).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static let forwarded = [
        "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: http", "X-Forwarded-Host: localhost:8080",
        "X-Forwarded-Port: 8080",
    ]
    private static let via = ["Via: 1.1 corsway-x", "X-Request-Id: x1"]

    @Test func `a plain request is sent with Host, X-Forwarded-* and Via`() throws {
        #expect(
            try sent("GET / HTTP/1.1", ["Accept: */*", "Origin: https://app.example", "X-A: 1", "X-A: 2"])
                == [
                    "GET /v1?q=1 HTTP/1.1", "Host: api.example", "Accept: */*", "Origin: https://app.example",
                    "X-A: 1", "X-A: 2",
                ] + Self.forwarded + Self.via
        )
    }

    @Test func `the Host names the port only where it is not the scheme's`() throws {
        #expect(try sent(to: target("h", port: 80))[1] == "Host: h")
        #expect(try sent(to: target("h", scheme: .https, port: 443))[1] == "Host: h")
        #expect(try sent(to: target("h", scheme: .https, port: 80))[1] == "Host: h:80")
        #expect(try sent(to: target("[::1]", port: 8443))[1] == "Host: [::1]:8443")
    }

    @Test func `RFC 9110 §7.6.1 hop-by-hop fields and those named by Connection stay behind`() throws {
        let fields = [
            "Connection: close, X-Named, Host, Content-Length, Authorization", "Keep-Alive: 5",
            "TE: trailers",
            "Proxy-Connection: close", "Proxy-Authorization: Basic x", "Upgrade: h2c", "Trailer: X-T",
            "X-Named: 1", "Authorization: secret", "X-Kept: 1", "Content-Length: 3",
        ]
        #expect(
            try sent("POST / HTTP/1.1", fields)
                == ["POST /v1?q=1 HTTP/1.1", "Host: api.example", "X-Kept: 1"] + Self.forwarded + Self.via
                + ["Content-Length: 3"]
        )
    }

    @Test(arguments: ["Expect: 100-continue", "X-Proxy-Key: k", "Cookie: a=b", "Cookie2: $Version=1"])
    func `some fields are for the proxy alone`(field: String) throws {
        #expect(
            try sent("GET / HTTP/1.1", [field])
                == ["GET /v1?q=1 HTTP/1.1", "Host: api.example"] + Self.forwarded + Self.via
        )
    }

    // MARK: X-Forwarded

    private static let claims = [
        "Forwarded: for=203.0.113.9", "X-Forwarded-For: 203.0.113.9, 203.0.113.10",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: front.example", "X-Forwarded-Port: 443", "X-Forwarded-Prefix: /p",
        "X-Real-IP: 203.0.113.9",
    ]

    @Test func `what a stranger claims to have forwarded is replaced`() throws {
        #expect(
            try sent("GET / HTTP/1.1", Self.claims)
                == ["GET /v1?q=1 HTTP/1.1", "Host: api.example"] + Self.forwarded + Self.via
        )
    }

    @Test func `what a trusted proxy says is believed, and its address added`() throws {
        #expect(
            try sent("GET / HTTP/1.1", Self.claims, trusted: true)
                == ["GET /v1?q=1 HTTP/1.1", "Host: api.example"]
                + Self.claims.filter { !$0.hasPrefix("X-Forwarded-For") }
                + ["X-Forwarded-For: 203.0.113.9, 203.0.113.10, 192.0.2.7"] + Self.via
        )
    }

    @Test func `several lines of a trusted proxy become one`() throws {
        let lines = try sent(
            "GET / HTTP/1.1",
            ["X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 203.0.113.10"],
            trusted: true
        )
        #expect(
            lines.filter { $0.hasPrefix("X-Forwarded-For") }
                == ["X-Forwarded-For: 203.0.113.9, 203.0.113.10, 192.0.2.7"]
        )
    }

    @Test func `without forwardedHeaders a stranger's claims go and nothing is added`() throws {
        #expect(
            try sent("GET / HTTP/1.1", Self.claims, addsForwarded: false)
                == ["GET /v1?q=1 HTTP/1.1", "Host: api.example"] + Self.via
        )
        #expect(
            try sent("GET / HTTP/1.1", Self.claims, trusted: true, addsForwarded: false)
                == ["GET /v1?q=1 HTTP/1.1", "Host: api.example"] + Self.claims + Self.via
        )
    }

    @Test func `a client without a Host has none forwarded`() throws {
        let lines = try sent("GET / HTTP/1.0", host: "")
        #expect(!lines.contains { $0.hasPrefix("X-Forwarded-Host") })
    }

    // MARK: Via

    @Test func `RFC 9110 §7.6.3 Via names the version that was received, behind those before`() throws {
        #expect(
            try sent("GET / HTTP/1.0", ["Via: 1.1 front"]).filter { $0.hasPrefix("Via") }
                == ["Via: 1.1 front", "Via: 1.0 corsway-x"]
        )
        #expect(try sent("GET / HTTP/1.0").first == "GET /v1?q=1 HTTP/1.1")
    }

    // MARK: absolute-form

    @Test func `RFC 9112 §3.2.2 a forward proxy gets the whole URL, and its own credentials only`() throws {
        let lines = try sent(
            "GET / HTTP/1.1",
            ["Proxy-Authorization: Basic client"],
            to: target("h", "/a?b", port: 81),
            absoluteForm: AbsoluteForm(authorization: "Basic ours")
        )
        #expect(lines.prefix(2) == ["GET http://h:81/a?b HTTP/1.1", "Host: h:81"])
        #expect(lines.filter { $0.hasPrefix("Proxy-") } == ["Proxy-Authorization: Basic ours"])
        let plain = try sent(absoluteForm: AbsoluteForm(authorization: nil))
        #expect(plain.first == "GET http://api.example/v1?q=1 HTTP/1.1")
        #expect(!plain.contains { $0.hasPrefix("Proxy-") })
    }

    // MARK: Framing

    @Test(arguments: [
        ("GET", [String](), [String]()), ("HEAD", [], []), ("DELETE", [], []), ("OPTIONS", [], []),
        ("POST", [], ["Content-Length: 0"]), ("PUT", [], ["Content-Length: 0"]),
        ("PATCH", [], ["Content-Length: 0"]), ("POST", ["Content-Length: 0"], ["Content-Length: 0"]),
        ("GET", ["Content-Length: 0"], []), ("GET", ["Content-Length: 007"], ["Content-Length: 7"]),
        ("POST", ["Content-Length: 12"], ["Content-Length: 12"]),
        ("POST", ["Transfer-Encoding: Chunked"], ["Transfer-Encoding: chunked"]),
        ("DELETE", ["Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked"]),
    ])
    func `the framing is written anew, and exactly once`(method: String, given: [String], wanted: [String])
        throws
    {
        let lines = try sent("\(method) / HTTP/1.1", given)
        #expect(
            lines.filter { $0.hasPrefix("Content-Length") || $0.hasPrefix("Transfer-Encoding") } == wanted
        )
    }

    @Test(arguments: [true, false], [true, false])
    func `no other spelling stands for what the proxy says of the client`(trusted: Bool, adds: Bool) throws {
        let lookalikes = [
            "X_Forwarded_For: 1", "x_forwarded_proto: 1", "X.Forwarded.Host: 1", "X_Forwarded-Port: 1",
            "X_Real_IP: 1", "X_Request_Id: 1", "X_Forwarded_Prefix: 1", "X_Proxy_Key: 1",
            "Transfer_Encoding: 1",
            "Content_Length: 1", "Proxy_Authorization: 1",
        ]
        let kept = ["api_key: 1", "X_Forwarded: 1", "forwarded_for: 1"]
        let lines = try sent("GET / HTTP/1.1", lookalikes + kept, trusted: trusted, addsForwarded: adds)
        #expect(lines.filter { $0.hasSuffix(": 1") } == kept)
    }
}
