import Foundation
import TestSupport
import Testing

/// HTTPS towards clients.
@Suite struct TLSListenTests {
    @Test(arguments: ["1.2", "1.3"])
    func `curl trusts what corsway certs made`(version: String) throws {
        let upstream = try ScriptedUpstream.named("upstream")
        let stage = try TLSStage()
        for host in ["localhost", "127.0.0.1"] {
            let output = try stage.curl(
                "--tlsv\(version)",
                "--tls-max",
                version,
                "-H",
                "Origin: \(Policy.local)",
                "-D",
                "-",
                stage.url(upstream.url("/a"), host: host)
            )
            #expect(output.hasPrefix("HTTP/1.1 200"))
            #expect(output.contains("Access-Control-Allow-Origin: \(Policy.local)"))
            #expect(output.hasSuffix("upstream"), "\(output)")
        }
        let log = try stage.client("-tls\(version.replacing(".", with: "_"))")
        #expect(log.contains("Verify return code: 0 (ok)"))
        #expect(log.contains("TLSv\(version)"))
    }

    @Test(arguments: ["-tls1_1 -cipher ALL:@SECLEVEL=0", "-alpn h2", "-tls1_2 -cipher AES128-SHA"])
    func `what is old, or no HTTP/1.1, is refused`(arguments: String) throws {
        let log = try TLSStage().client(arguments)
        #expect(log.contains("alert"), "\(log)")
        #expect(!log.contains("HTTP/1.1 200"))
    }

    @Test(arguments: [("http/1.1", true), ("h2,http/1.1", true)])
    func `http/1.1 is what a client that offers it gets`(offered: String, isServed: Bool) throws {
        let log = try TLSStage().client("-alpn", offered)
        #expect(log.contains("ALPN protocol: http/1.1"))
        #expect(log.contains("HTTP/1.1 200"))
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a session is resumed on whichever shard`(version: String) throws {
        let stage = try TLSStage(#", "shards": 3"#)
        let ticket = "\(stage.folder.path)/ticket.pem"
        #expect(try stage.client(version, "-sess_out", ticket).contains("\nNew, "))
        for _ in 1...6 {
            let log = try stage.client(version, "-sess_in", ticket)
            #expect(log.contains("\nReused, "), "\(log)")
            #expect(log.contains("HTTP/1.1 200"))
        }
    }

    @Test func `the certificate is chosen by the name that the client asks for`() throws {
        let authority = try CertificateAuthority()
        let one = try authority.issue(names: "DNS:localhost", commonName: "one")
        let two = try authority.issue(names: "DNS:*.dev.example", commonName: "two")
        let stage = try TLSStage(
            tls: [one, two].map { #"{"certificate": "\#($0.chain)", "privateKey": "\#($0.key)"}"# }
                .joined(separator: ", ").inBrackets
        )
        for (name, shown) in [("localhost", "one"), ("a.dev.example", "two"), ("other.example", "one")] {
            #expect(try stage.client("-servername", name).contains("subject=CN = \(shown)"), "\(name)")
        }
        #expect(try stage.client("-noservername").contains("subject=CN = one"))
    }

    @Test func `upstream, redirects and cookies see https`() throws {
        let upstream = try ScriptedUpstream { request in
            request.target == "/moved"
                ? Answer.redirect(302, to: "/there")
                : Answer.text(
                    request.value(of: "X-Forwarded-Proto") ?? "",
                    ["Set-Cookie: a=b; Secure; SameSite=None"]
                )
        }
        let stage = try TLSStage(
            """
            , "cors": {"allowedOrigins": ["\(Policy.local)"], "allowCredentials": true},
            "routes": [{"path": "/api", "target": "\(upstream.url(""))", "cookies": "rescope"}]
            """
        )
        let base = "https://localhost:\(stage.proxy.port)"
        let answer = try stage.curl("-D", "-", "\(base)/api/x")
        #expect(answer.hasSuffix("\r\nhttps"), "\(answer)")
        #expect(answer.contains("Secure; SameSite=None"), "\(answer)")
        let moved = try stage.curl("-D", "-", "-o", "/dev/null", "\(base)/api/moved")
        #expect(
            moved.contains("Location: /api/there") || moved.contains("Location: \(base)/api/there"),
            "\(moved)"
        )
    }

    @Test func `plain HTTP is told to come with TLS`() throws {
        let stage = try TLSStage()
        for request in [
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "P",
        ] {
            let client = try stage.proxy.connect()
            try client.send(request)
            let response = try client.readResponse()
            #expect(response.status == 400)
            #expect(response.errorCode == "tls-required")
            #expect(response.text.contains("https://127.0.0.1:\(stage.proxy.port)/"))
            client.socket.shutDown()
            _ = try client.readEnding()
        }
        #expect(try stage.curl(stage.url("iscorsneeded")) == "no")
    }

    @Test func `a body passes both ways`() throws {
        let upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                let head = "HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n"
                try connection.send(Array(head.utf8) + request.body)
            }
        }
        let stage = try TLSStage()
        let bytes = pseudoRandomBytes(5 << 20)
        let sent = try stage.folder.write(bytes, to: "sent")
        _ = try stage.curl(
            "--data-binary",
            "@\(sent)",
            "-o",
            "\(stage.folder.path)/received",
            stage.url(upstream.url("/echo"))
        )
        let received = FileManager.default.contents(atPath: "\(stage.folder.path)/received") ?? Data()
        #expect(Array(received) == bytes)
    }
}

extension String {
    fileprivate var inBrackets: String { "[\(self)]" }
}
