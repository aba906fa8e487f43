import Foundation
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
        expectRefusal(response, naming: ["does not speak tls"])
        #expect(response.text.contains("Write http://"))
    }

    @Test func `a certificate for other names is refused with those names`() throws {
        let authority = try Self.authority.get()
        let nginx = try NginxProcess(certificate: authority.issue(names: "DNS:a.example,DNS:*.b.example"))
        let response = try proxy(trusting: authority).request("GET", nginx.url("/"), [origin(Policy.local)])
        expectRefusal(response, naming: [#"another host name: \"a.example\", \"*.b.example\""#])
        #expect(response.text.contains("upstream.hosts"))
    }

    @Test func `a certificate that is signed by itself is refused as one`() throws {
        let nginx = try NginxProcess(certificate: Self.authority.get().ownCertificate)
        let response = try ProxyProcess().request("GET", nginx.url("/"), [origin(Policy.local)])
        expectRefusal(response, naming: ["signed by itself"])
        #expect(response.text.contains("upstream.verifyTLS"))
    }

    @Test(arguments: [
        ("ssl_protocols TLSv1.2; ssl_ciphers AES128-SHA:@SECLEVEL=0;", "agrees to no cipher", "ECDHE"),
        ("ssl_reject_handshake on;", "no certificate for this host name", "spelling"),
    ])
    func `a handshake that fails is refused with its reason and its mend`(
        server: String,
        reason: String,
        mend: String
    ) throws {
        let authority = try Self.authority.get()
        let nginx = try NginxProcess(server: server, certificate: authority.issue())
        let response = try proxy(trusting: authority).request("GET", nginx.url("/"), [origin(Policy.local)])
        expectRefusal(response, naming: [reason])
        #expect(response.text.contains(mend), "\(response.text)")
    }

    @Test func `a server of an old version of TLS is refused as one`() throws {
        let authority = try Self.authority.get()
        let server = try SecureServer(["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], authority.issue())
        let target = "https://localhost:\(server.port)/"
        let response = try proxy(trusting: authority).request("GET", target, [origin(Policy.local)])
        expectRefusal(response, naming: ["neither tls 1.2 nor tls 1.3"])
        #expect(response.text.contains("Switch TLS"))
    }

    @Test func `a server that closes during the handshake is refused as one`() throws {
        let upstream = try ScriptedUpstream { connection in _ = try connection.reader.readSome() }
        let response = try ProxyProcess().request(
            "GET",
            "https://\(upstream.authority)/",
            [origin(Policy.local)]
        )
        expectRefusal(response, naming: ["closed the connection during the handshake"])
    }

    @Test(arguments: [("-tls1_2", false), ("-tls1_3", false), ("-tls1_2", true), ("-tls1_3", true)])
    func `a server that wants another client certificate is refused as one`(
        version: String,
        showsOne: Bool
    ) throws {
        let authority = try Self.authority.get()
        let server = try SecureServer(
            [version, "-Verify", "1", "-verify_return_error", "-CAfile", authority.certificate],
            authority.issue()
        )
        let stranger = try CertificateAuthority()
        let own = try stranger.issue()
        let shown =
            showsOne ? ", \"clientCertificate\": \"\(own.chain)\", \"clientKey\": \"\(own.key)\"" : ""
        let proxy = try Gateway.proxy(
            Gateway.route(
                "/r/",
                to: "https://localhost:\(server.port)/",
                "\"upstream\": {\"caFile\": \"\(authority.certificate)\"\(shown)}"
            )
        )
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
        expectRefusal(
            response,
            naming: [showsOne ? "refuses the client certificate" : "wants a client certificate"]
        )
        #expect(response.text.contains("upstream.clientCertificate"))
    }

    @Test func `a caFile that has gone is the reason, and what comes in its place is trusted`() throws {
        let authority = try Self.authority.get()
        let nginx = try NginxProcess(files: ["a.txt": Array("hello".utf8)], certificate: authority.issue())
        let folder = try TemporaryFolder()
        let other = try CertificateAuthority()
        let path = try folder.write(String(contentsOfFile: other.certificate, encoding: .utf8), to: "ca.pem")
        let proxy = try ProxyProcess("{\"upstream\": {\"caFile\": \"\(path)\"}}")
        expectRefusal(
            try proxy.request("GET", nginx.url("/a.txt"), [origin(Policy.local)]),
            naming: ["unknown authority"]
        )
        try folder.write(String(contentsOfFile: authority.certificate, encoding: .utf8), to: "ca.pem")
        try eventually("the new file is trusted") {
            try proxy.request("GET", nginx.url("/a.txt")).text == "hello"
        }
        try FileManager.default.removeItem(atPath: path)
        try eventually("the file is missed") {
            try proxy.request("GET", nginx.url("/a.txt"), ["Cache-Control: no-cache"]).text.contains(
                "cannot be read"
            )
        }
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

/// A server of the `openssl` command.
private final class SecureServer: Sendable {
    private let child: ChildProcess
    let port: Int

    init(_ arguments: [String], _ certificate: Certificate) throws {
        let child = try ChildProcess(
            "openssl",
            [
                "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate.chain, "-key",
                certificate.key,
            ]
                + arguments,
            environment: ["PATH": "/usr/bin:/bin"]
        )
        var port: Int?
        try eventually("openssl listens; \(child.standardError)") {
            let line = child.standardOutput.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }
            port = line?.split(separator: ":").last.flatMap { Int($0) }
            return port != nil
        }
        self.child = child
        self.port = port ?? 0
    }
}
