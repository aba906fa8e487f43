import Foundation
import TestSupport
import Testing

/// An upstream that repeats a secret in the head of its answer, in whatever spelling, tells it to nobody.
@Suite struct SecretEchoTests {
    private static let key = "S3cr/et+Key=="
    private static let pin = "7Gh2"

    /// A proxy with one route, `/r/`, that adds the key in two fields and in the query.
    private static func proxy(_ target: String, _ more: String = "", _ rest: String = "") throws
        -> ProxyProcess
    {
        try Gateway.start(
            Gateway.config(
                [
                    Gateway.route(
                        "/r/",
                        to: target,
                        #""request": {"setHeaders": {"Authorization": "Bearer ${env:KEY}", "X-Pin": "${env:PIN}"},"#
                            + #" "setQuery": {"tok": "${env:KEY}"}}\#(more.isEmpty ? "" : ", \(more)")"#
                    )
                ],
                #""log": {"format": "json", "level": "trace"}\#(rest.isEmpty ? "" : ", \(rest)")"#
            ),
            environment: ["KEY": key, "PIN": pin, "HOOK": "hook-0123456789", "LOGIN": login]
        )
    }

    /// `user:pass word-42` as Basic credentials have it.
    private static let login = "dXNlcjpwYXNzIHdvcmQtNDI="

    /// The text decoded until nothing is left to decode, in lower case, `+` for a space.
    private static func plain(_ text: String) -> String {
        var text = text
        for _ in 0..<6 { text = text.removingPercentEncoding ?? text }
        return text.lowercased().replacing(" ", with: "+")
    }

    private static func expectNoSecret(_ proxy: ProxyProcess, _ response: RawResponse) {
        let parts = "\(response.head)".split(separator: "\r\n").map(String.init) + [response.text]
        let told = parts + [proxy.child.standardOutput, proxy.child.standardError]
        for text in told {
            #expect(!plain(text).contains(plain(key)), "\(text)")
        }
    }

    // MARK: Fields

    @Test(arguments: [
        "Location: https://h.example/x?tok=S3cr/et%2BKey%3D%3D",
        "Location: /y?a=S3cr%252Fet%252BKey%253D%253D",
        "Link: </y?tok=s3cr%2fet%2bkey%3d%3d>; rel=next", "Set-Cookie: tok=S3cr/et+Key==; Path=/",
        "Set-Cookie: t=1; Path=/S3cr%2Fet%2BKey%3D%3D", "X-Debug: Bearer S3cr/et+Key==",
        "ETag: \"S3cr/et+Key==\"",
        "Refresh: 0; url=/?S3cr%2Fet+Key%3d%3d", "Content-Location: /S3cr/et%2BKey==",
        "Location: https://h.example/7Gh2", "Set-Cookie: pin=%37Gh2",
        "WWW-Authenticate: Bearer realm=\"S3cr/et+Key==\"", "Vary: S3cr%2Fet%2BKey==",
        "Via: 1.1 S3cr%2Fet%2BKey%3D%3D",
    ])
    func `a field that repeats a secret is left out`(line: String) throws {
        let upstream = try ScriptedUpstream { _ in
            "HTTP/1.1 302 Found\r\nX-Stays: 1\r\n\(line)\r\nContent-Length: 0\r\n\r\n"
        }
        for (mode, more) in [
            ("rewrite", ""), ("pass", ""), ("follow", #""cors": {"allowCredentials": true}"#),
        ] {
            let proxy = try Self.proxy(
                upstream.url(),
                "\"redirects\": {\"mode\": \"\(mode)\"}\(more.isEmpty ? "" : ", \(more)")",
                #""prefix": {"enabled": false}"#
            )
            let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
            #expect(response.status == 302 && response.value(of: "X-Stays") == "1", "\(response)")
            let value = String(line[line.index(line.firstIndex(of: ":") ?? line.startIndex, offsetBy: 2)...])
            #expect(!"\(response.head)".contains(value), "\(response)")
            #expect(!line.hasSuffix("7Gh2") || !"\(response.head)".contains("7Gh2"), "\(response)")
            Self.expectNoSecret(proxy, response)
        }
    }

    @Test func `a reason phrase that repeats a secret is left out`() throws {
        let upstream = try ScriptedUpstream { _ in
            "HTTP/1.1 200 \(Self.key)\r\nContent-Length: 2\r\n\r\nok"
        }
        let proxy = try Self.proxy(upstream.url())
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
        #expect(response.text == "ok")
        Self.expectNoSecret(proxy, response)
    }

    @Test func `with credentials the names that pages may read are told without those that hold a secret`()
        throws
    {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok", ["X-A: 1", "X-hook-0123456789: 1"]) }
        let proxy = try Gateway.start(
            Gateway.config([
                Gateway.route(
                    "/r/",
                    to: upstream.url(),
                    #""cors": {"allowCredentials": true}, "request": {"setHeaders": {"X-H": "${env:HOOK}"}}"#
                )
            ]),
            environment: ["HOOK": "hook-0123456789"]
        )
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
        #expect(response.value(of: "Access-Control-Expose-Headers")?.contains("x-a") == true)
        #expect(!"\(response.head)".lowercased().contains("hook-0123456789"), "\(response)")
    }

    @Test func `a secret in the target's path is not told, wherever it is repeated`() throws {
        let upstream = try ScriptedUpstream { request in
            Answer.text("ok", ["X-Debug: hook-0123456789", "X-Path: \(request.target)", "X-Stays: 1"])
                .replacing("200 OK", with: "302 Found")
                .replacing("\r\n\r\n", with: "\r\nLocation: /login?from=%2Fhook%2Fhook-0123456789\r\n\r\n")
        }
        let proxy = try Gateway.start(
            Gateway.config([Gateway.route("/r/", to: upstream.url("/hook/${env:HOOK}/"))]),
            environment: ["HOOK": "hook-0123456789"]
        )
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
        #expect(upstream.targets == ["/hook/hook-0123456789/x"])
        #expect(response.status == 302 && response.value(of: "X-Stays") == "1")
        #expect(!"\(response.head)".contains("0123456789"), "\(response)")
    }

    @Test func `each secret of a text counts by itself, and what Basic credentials hold`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text(
                "ok",
                [
                    "X-One: hook-0123456789", "X-Two: S3cr/et+Key==", "X-Pass: pass%20word-42",
                    "X-Stays: user", "X-Login: user:pass word-42",
                ]
            )
        }
        let proxy = try Gateway.start(
            Gateway.config([
                Gateway.route(
                    "/r/",
                    to: upstream.url(),
                    #""request": {"setHeaders": {"Authorization": "Basic ${env:LOGIN}", "X-H": "${env:HOOK}-${env:KEY}"}}"#
                )
            ]),
            environment: ["KEY": Self.key, "HOOK": "hook-0123456789", "LOGIN": Self.login]
        )
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
        for name in ["X-One", "X-Two", "X-Pass", "X-Login"] {
            #expect(response.value(of: name) == nil, "\(name)")
        }
        #expect(response.value(of: "X-Stays") == "user")
    }

    @Test func `a secret that is written into the file is one too`() throws {
        let upstream = try ScriptedUpstream { request in
            Answer.text(
                "ok",
                ["X-Echo: \(request.value(of: "Authorization")?.dropFirst(7) ?? "")", "X-Plain: plain-value"]
            )
        }
        let proxy = try Gateway.proxy(
            Gateway.route(
                "/r/",
                to: upstream.url(),
                #""request": {"setHeaders": {"Authorization": "Bearer abc-012345", "X-Mode": "plain-value"}}"#
            )
        )
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
        #expect(upstream.requests.last?.value(of: "Authorization") == "Bearer abc-012345")
        #expect(response.value(of: "X-Echo") == nil)
        #expect(response.value(of: "X-Plain") == "plain-value")
    }

    @Test func `a rule's secret is looked for where the rule was met, at an earlier hop too`() throws {
        let other = try ScriptedUpstream { _ in Answer.text("ok", ["X-Echo: hook-0123456789", "X-Stays: 1"]) }
        let api = try ScriptedUpstream { _ in Answer.redirect(302, to: other.url("/x")) }
        let proxy = try Gateway.start(
            """
            {"rules": [{"match": {"url": "\(api.url("/**"))"}, "request": {"setHeaders": {"X-H": "${env:HOOK}"}}}]}
            """,
            environment: ["HOOK": "hook-0123456789"]
        )
        let met = try proxy.request("GET", api.url("/y"), [origin(Policy.local)])
        #expect(met.text == "ok" && met.value(of: "X-Stays") == "1")
        #expect(met.value(of: "X-Echo") == nil)
        // Who never was given the secret cannot repeat it.
        let unmet = try proxy.request("GET", other.url("/x"), [origin(Policy.local)])
        #expect(unmet.value(of: "X-Echo") == "hook-0123456789")
    }

    // MARK: Redirects

    @Test(arguments: [
        "/x?tok=S3cr/et%2BKey%3D%3D", "/x?other=S3cr%2Fet%2BKey%3D%3D", "/S3cr%252Fet+Key%3d%3d/x",
        "/x?a=b&c=7Gh2",
    ])
    func `a redirect that repeats a secret is not followed to another origin`(path: String) throws {
        let other = try ScriptedUpstream.named("reached")
        let api = try ScriptedUpstream { _ in Answer.redirect(307, to: other.url(path)) }
        for rest in ["", #""prefix": {"enabled": false}"#] {
            let proxy = try Self.proxy(
                api.url(),
                "\"redirects\": {\"mode\": \"follow\", \"targets\": [\"http://127.0.0.1:\(other.port)\"]}",
                rest
            )
            let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
            if path.hasPrefix("/x?tok=") {
                // The parameter is the route's own: it is taken out, and the rest tells nothing.
                #expect(response.text == "reached")
                #expect(other.targets.last == "/x")
            } else {
                #expect(response.status == 307, "\(response)")
                #expect(response.value(of: "Location") == nil)
                #expect(other.targets.allSatisfy { $0 == "/x" })
            }
            Self.expectNoSecret(proxy, response)
        }
    }

    @Test func `a rule's secret does not go to another origin by a redirect of the prefix form`() throws {
        let other = try ScriptedUpstream.named("reached")
        let api = try ScriptedUpstream { request in
            Answer.redirect(302, to: other.url("/x?h=\(request.value(of: "X-H") ?? "")"))
        }
        let proxy = try Gateway.start(
            """
            {"rules": [{"match": {"url": "\(api.url("/**"))"}, "request": {"setHeaders": {"X-H": "${env:HOOK}"}}}]}
            """,
            environment: ["HOOK": "hook-0123456789"]
        )
        let response = try proxy.request("GET", api.url("/y"), [origin(Policy.local)])
        #expect(response.status == 302 && response.value(of: "Location") == nil, "\(response)")
        #expect(other.openedConnections == 0)
    }

    // MARK: Errors

    @Test func `an error about a redirect's target does not repeat the secret in its name`() throws {
        let api = try ScriptedUpstream { _ in
            Answer.redirect(302, to: "http://hook-0123456789.invalid/x")
        }
        for targets in ["[]", #"["*.invalid"]"#] {
            let proxy = try Gateway.start(
                Gateway.config(
                    [
                        Gateway.route(
                            "/r/",
                            to: api.url(),
                            #""request": {"setHeaders": {"X-H": "${env:HOOK}"}}, "redirects": {"mode": "follow", "targets": \#(targets)}"#
                        )
                    ],
                    """
                    "prefix": {"request": {"setHeaders": {"X-H": "${env:HOOK}"}},
                      "targets": {"allow": ["http://127.0.0.1:*"]}}, "log": {"format": "json", "level": "trace"}
                    """
                ),
                environment: ["HOOK": "hook-0123456789"]
            )
            for target in ["r/x", api.url("/x")] {
                let response = try proxy.request("GET", target, [origin(Policy.local)])
                for text in [
                    "\(response.head)", response.text, proxy.child.standardOutput, proxy.child.standardError,
                ] {
                    #expect(!text.contains("hook-0123456789"), "\(text)")
                }
            }
        }
    }
}
