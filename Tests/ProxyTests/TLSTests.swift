import TestSupport
import Testing

/// https targets: verified, or refused with the reason named.
@Suite struct TLSTests {
    private static let authority = Result { try CertificateAuthority() }

    private func proxy(trusting authority: CertificateAuthority) throws -> ProxyProcess {
        try ProxyProcess("{\"upstream\": {\"caFile\": \"\(authority.certificate)\"}}")
    }

    @Test func `caFile makes a private authority trusted`() throws {
        let authority = try Self.authority.get()
        let bytes = pseudoRandomBytes(1 << 20)
        let nginx = try NginxProcess(files: ["a.bin": bytes], certificate: authority.issue())
        let proxy = try proxy(trusting: authority)
        let client = try proxy.connect()
        for _ in 1...3 {
            try client.send(proxy.head("GET", nginx.url("/a.bin"), [origin(Policy.local)]))
            let response = try client.readResponse()
            #expect(response.status == 200)
            #expect(response.body == bytes)
            #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        }
        #expect(try proxy.request("GET", "https://127.0.0.1:\(nginx.port)/a.bin").body == bytes)
    }

    @Test func `an upload goes through TLS`() throws {
        let authority = try Self.authority.get()
        let upstream = try ScriptedUpstream { request in Answer.text("\(request.body.count)") }
        let nginx = try NginxProcess(
            server: "client_max_body_size 0; location / { proxy_pass \(upstream.url("")); }",
            certificate: authority.issue()
        )
        let proxy = try proxy(trusting: authority)
        let body = String(repeating: "x", count: 3 << 20)
        #expect(try proxy.request("POST", nginx.url("/"), body: body).text == "\(3 << 20)")
    }

    @Test(arguments: [
        ("expired", -1, "DNS:localhost,IP:127.0.0.1", ["expired"]),
        ("for another host", 30, "DNS:other.example", ["host", "name"]),
    ])
    func `a certificate that does not hold is refused with its reason`(
        what: String,
        days: Int,
        names: String,
        words: [String]
    ) throws {
        let authority = try Self.authority.get()
        let nginx = try NginxProcess(certificate: authority.issue(names: names, days: days))
        let proxy = try proxy(trusting: authority)
        let response = try proxy.request("GET", nginx.url("/"), [origin(Policy.local)])
        expectRefusal(response, naming: words)
    }

    @Test func `a certificate of an unknown authority is refused with its reason`() throws {
        let authority = try Self.authority.get()
        let nginx = try NginxProcess(certificate: authority.issue())
        let response = try ProxyProcess().request("GET", nginx.url("/"), [origin(Policy.local)])
        expectRefusal(response, naming: ["issuer", "authority", "self", "unknown"])
    }

    @Test func `a port that speaks no TLS is refused as one`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.reader.readSome()
            try connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        let response = try ProxyProcess().request(
            "GET",
            "https://\(upstream.authority)/",
            [origin(Policy.local)]
        )
        expectRefusal(response, naming: [])
    }

    @Test func `verifyTLS false takes any certificate`() throws {
        let authority = try Self.authority.get()
        let nginx = try NginxProcess(
            files: ["a.txt": Array("hello".utf8)],
            certificate: authority.issue(names: "DNS:other.example")
        )
        let proxy = try ProxyProcess(#"{"upstream": {"verifyTLS": false}}"#)
        #expect(try proxy.request("GET", nginx.url("/a.txt")).text == "hello")
    }

    private func expectRefusal(_ response: RawResponse, naming words: [String]) {
        #expect(response.status == 502)
        #expect(response.errorCode == "upstream-tls")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        let text = response.text.lowercased()
        #expect(words.isEmpty || words.contains { text.contains($0) }, "\(text)")
    }
}
