import TestSupport
import Testing

@Suite struct ExplainCommandTests {
    @Test(arguments: [
        ["https://api.example/"], ["api.example", "--from", "https://app.example"],
        ["ftp://api.example/", "--from", "https://app.example"],
        ["https://api.example/", "--from", "app.example"],
        ["https://api.example/", "--from", "https://app.example/"],
        ["https://api.example/", "--from", "HTTPS://app.example"],
        ["https://api.example/", "--from", "https://app.example", "-X", "GE T"],
        ["https://api.example/", "--from", "https://app.example", "-H", "no colon"],
        ["https://api.example/", "--from", "https://app.example", "--redirect", "maybe"],
        ["https://api.example/", "--from", "https://app.example", "--direct", "--via", "corsway.json"],
        ["https://api.example/", "--from", "https://app.example", "--via", "/nonexistent/corsway.json"],
    ])
    func `bad usage is exit status 2, with a message`(arguments: [String]) throws {
        let (exit, output, error) = try CorswayProgram.run(["explain"] + arguments)
        #expect(exit == .status(2))
        #expect(output.isEmpty)
        #expect(!error.isEmpty)
    }

    @Test func `an origin in another spelling is corrected`() throws {
        let (_, _, error) = try CorswayProgram.run(
            ["explain", "https://api.example/", "--from", "https://App.example:443/"]
        )
        #expect(error.contains("Write --from https://app.example."))
    }

    @Test func `the text names the step, both headers, both browsers and the line to add`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok", status: "405 Method Not Allowed") }
        let (exit, output, _) = try CorswayProgram.run(
            ["explain", upstream.url(), "--from", "http://app.example", "-X", "PUT", "--direct"]
        )
        #expect(exit == .status(1))
        for text in [
            "Blocked by PreflightMissingAllowOriginHeader", "no Access-Control-Allow-Origin (status 405",
            "Access-Control-Allow-Origin: http://app.example", "has been blocked by CORS policy",
            "CORSMissingAllowOrigin", #""cors": { "allowedOrigins": ["http://app.example"] }"#,
            "> Access-Control-Request-Method: PUT",
        ] {
            #expect(output.contains(text), "\(text)")
        }
        #expect(!output.contains("\u{1B}"), "no colours where the output is no terminal")
        #expect(upstream.requests.map(\.method) == ["OPTIONS"], "PUT is never sent")
    }

    @Test func `a server cannot steer the terminal`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text("ok", ["Access-Control-Allow-Origin: \u{9B}31m\u{202E}"])
        }
        let (_, output, _) = try CorswayProgram.run(
            ["explain", upstream.url(), "--from", "http://app.example", "--direct"]
        )
        #expect(!output.unicodeScalars.contains { (0x7F...0x9F).contains($0.value) || $0.value == 0x202E })
    }

    @Test func `a certificate that nobody trusts is told, and the way to loopback goes on`() throws {
        let authority = try CertificateAuthority()
        let server = try NginxProcess(certificate: authority.issue())
        let (exit, output) = try ExplainOutput.run(
            [server.url("/"), "--from", "https://app.example", "--direct"]
        )
        #expect(exit == .status(1))
        #expect(output.verdict == "MissingAllowOriginHeader")
        #expect(output.views.first?.notes.first?.contains("is not trusted") == true)
    }

    @Test func `a server that is not there is a failure of the network`() throws {
        let (exit, output) = try ExplainOutput.run(
            ["http://127.0.0.1:1/", "--from", "http://app.example", "--direct"]
        )
        #expect(exit == .status(1))
        #expect(output.verdict == "net::ERR_CONNECTION_REFUSED")
    }

    @Test func `a body is never waited for`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send(
                "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            try connection.sendChunk([1])
            try connection.awaitClose(within: .seconds(60))
        }
        let (exit, output) = try ExplainOutput.run(
            [upstream.url(), "--from", "http://app.example", "--direct"]
        )
        #expect(exit == .status(0))
        #expect(output.views.first?.status == 200)
    }
}
