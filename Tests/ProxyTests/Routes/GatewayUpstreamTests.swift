import Foundation
import TestSupport
import Testing

/// How each route connects to its target.
@Suite struct GatewayUpstreamTests {
    private static let authority = Result { try CertificateAuthority() }

    @Test func `a route's responseTimeout is its own`() throws {
        let gate = Latch()
        let upstream = try ScriptedUpstream { request in
            try gate.wait()
            return Answer.text("late")
        }
        let proxy = try Gateway.proxy(
            Gateway.route("/quick/", to: upstream.url(), #""upstream": {"responseTimeout": "100ms"}"#),
            Gateway.route("/slow/", to: upstream.url())
        )
        let slow = Background { try proxy.request("GET", "slow/x", [origin(Policy.local)]) }
        let response = try proxy.request("GET", "quick/x", [origin(Policy.local)])
        #expect(response.status == 504)
        #expect(response.errorCode == "upstream-timeout")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(!slow.isFinished)
        gate.open()
        #expect(try slow.value().text == "late")
    }

    @Test func `a caFile of one route is not trusted for another, on whatever connection`() throws {
        let authority = try Self.authority.get()
        let nginx = try NginxProcess(files: ["a.txt": Array("hello".utf8)], certificate: authority.issue())
        let proxy = try Gateway.proxy(
            Gateway.route(
                "/trusting/",
                to: nginx.url("/"),
                "\"upstream\": {\"caFile\": \"\(authority.certificate)\"}"
            ),
            Gateway.route("/plain/", to: nginx.url("/")),
            more: #""shards": 1"#
        )
        let client = try proxy.connect()
        for _ in 1...2 {
            for (route, status) in [("trusting", 200), ("plain", 502)] {
                try client.send(proxy.head("GET", "\(route)/a.txt", [origin(Policy.local)]))
                let response = try client.readResponse()
                #expect(response.status == status, "\(response)")
                #expect(response.errorCode == (status == 502 ? "upstream-tls" : nil))
            }
        }
        #expect(try proxy.request("GET", nginx.url("/a.txt")).errorCode == "upstream-tls")
    }

    @Test func `verifyTLS false of one route opens no way for another`() throws {
        let authority = try Self.authority.get()
        let nginx = try NginxProcess(
            files: ["a.txt": Array("hello".utf8)],
            certificate: authority.issue(names: "DNS:other.example")
        )
        let proxy = try Gateway.proxy(
            Gateway.route("/lax/", to: nginx.url("/"), #""upstream": {"verifyTLS": false}"#),
            Gateway.route("/plain/", to: nginx.url("/")),
            more: #""shards": 1"#
        )
        for _ in 1...2 {
            #expect(try proxy.request("GET", "lax/a.txt").text == "hello")
            #expect(try proxy.request("GET", "plain/a.txt").errorCode == "upstream-tls")
        }
    }

    @Test(arguments: [true, false])
    func `a route's certificate is shown to its target, and other routes have none`(isOneFile: Bool) throws {
        let authority = try Self.authority.get()
        let nginx = try NginxProcess(
            server: """
                ssl_verify_client on; ssl_client_certificate \(authority.certificate);
                location / { return 200 "verified: $ssl_client_verify $request_uri"; }
                """,
            certificate: authority.issue()
        )
        let own = try authority.issue(names: "DNS:corsway.example")
        let folder = try TemporaryFolder()
        let both = try folder.write(
            String(contentsOfFile: own.chain, encoding: .utf8)
                + String(contentsOfFile: own.key, encoding: .utf8),
            to: "both.pem"
        )
        let pair =
            isOneFile
            ? "\"clientCertificate\": \"\(both)\""
            : "\"clientCertificate\": \"\(own.chain)\", \"clientKey\": \"\(own.key)\""
        let proxy = try Gateway.proxy(
            Gateway.route("/mutual/", to: nginx.url("/"), "\"upstream\": {\(pair)}"),
            Gateway.route("/plain/", to: nginx.url("/")),
            more: "\"shards\": 1, \"upstream\": {\"caFile\": \"\(authority.certificate)\"}"
        )
        for _ in 1...2 {
            let response = try proxy.request("GET", "mutual/x", [origin(Policy.local)])
            #expect(response.text == "verified: SUCCESS /x", "\(response)")
            for target in ["plain/x", nginx.url("/x")] {
                #expect(try !proxy.request("GET", target).text.contains("SUCCESS"), "\(target)")
            }
        }
    }

    @Test func `a client certificate that is not there is refused when the file is loaded`() throws {
        let text = try Gateway.refusal(
            of: Gateway.config([
                Gateway.route(
                    "/r/",
                    to: "https://h/",
                    #""upstream": {"clientCertificate": "/nonexistent/a.pem"}"#
                )
            ])
        )
        #expect(text.contains("routes[0].upstream.clientCertificate"), "\(text)")
    }

    @Test func `a route's proxy is asked for that route only`() throws {
        let front = try ScriptedUpstream { connection in
            while let head = try connection.readHead() {
                guard head.method != "CONNECT" else {
                    try connection.send("HTTP/1.1 200 OK\r\n\r\n")
                    continue
                }
                try connection.send(Answer.text("by way of a proxy"))
            }
        }
        let direct = try ScriptedUpstream.named("direct")
        let proxy = try Gateway.proxy(
            Gateway.route(
                "/far/",
                to: "http://api.example.com/",
                "\"upstream\": {\"proxy\": \"\(front.url())\"}"
            ),
            Gateway.route("/near/", to: "http://api.example.com/"),
            more: """
                "shards": 1, "upstream": {"proxy": "none", "hosts": {"api.example.com": "\(direct.authority)"}}
                """
        )
        for _ in 1...2 {
            #expect(try proxy.request("GET", "near/x").text == "direct")
            let far = try proxy.request("GET", "far/x")
            #expect(far.text == "by way of a proxy", "\(far)")
        }
        #expect(front.openedConnections > 0)
    }
}
