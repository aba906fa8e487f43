import TestSupport
import Testing

/// Secrets reach the target of their route, and nobody else ever.
@Suite struct SecretTests {
    private static let key = "s3cr3t-key-9f8e7d6c"
    private static let query = "s3cr3t-query-1a2b3c4d"
    private static let environment = ["API_KEY": key, "API_ID": query]
    private static let edits = #"""
        "request": {"setHeaders": {"Authorization": "Bearer ${env:API_KEY}", "X-Api-Key": "${env:API_KEY}"},
          "setQuery": {"appid": "${env:API_ID}"}}
        """#

    private static func proxy(_ target: String, _ more: String = "", _ rest: String = "") throws
        -> ProxyProcess
    {
        let log = #""log": {"format": "json", "level": "trace"}"#
        return try Gateway.start(
            Gateway.config(
                [Gateway.route("/r/", to: target, edits + (more.isEmpty ? "" : ", \(more)"))],
                rest.isEmpty ? log : "\(log), \(rest)"
            ),
            environment: environment
        )
    }

    /// Looks for the secrets in all that a client was sent and in all that the program wrote.
    private static func expectNoSecret(_ proxy: ProxyProcess, _ responses: RawResponse...) {
        for response in responses { expectNoSecret(in: "\(response.head)\(response.text)") }
        expectNoSecret(in: proxy.child.standardOutput)
        expectNoSecret(in: proxy.child.standardError)
    }

    private static func expectNoSecret(in text: String) {
        let found = [key, query, "s3cr3t"].contains { text.contains($0) }
        #expect(!found, "\(text)")
    }

    @Test func `a secret is added, and its places are told without it`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(upstream.url("/v2/"))
        let response = try proxy.request("GET", "r/x?a=1", [origin(Policy.local)])
        #expect(response.text == "ok")
        let request = try #require(upstream.requests.first)
        #expect(request.values(of: "Authorization") == ["Bearer \(Self.key)"])
        #expect(request.values(of: "X-Api-Key") == [Self.key])
        #expect(request.target == "/v2/x?a=1&appid=\(Self.query)")
        _ = try proxy.logLines(with: "200")
        Self.expectNoSecret(proxy, response)
    }

    @Test func `a client cannot override a secret, nor have it taken off`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(upstream.url())
        for nominated in [
            "Connection: Authorization, X-Api-Key", "Connection: close, x-api-key",
            "Connection: keep-alive, AUTHORIZATION",
        ] {
            let fields = ["authorization: Bearer mine", "X-API-KEY: mine", "x-api-key: too", nominated]
            #expect(try proxy.request("GET", "r/x?appid=mine&%61ppid=mine", fields).text == "ok")
            let request = try #require(upstream.requests.last)
            #expect(request.values(of: "Authorization") == ["Bearer \(Self.key)"])
            #expect(request.values(of: "X-Api-Key") == [Self.key])
            #expect(request.target == "/x?appid=\(Self.query)")
        }
    }

    @Test func `a secret goes on to the same origin and is dropped at another`() throws {
        let other = try ScriptedUpstream.named("arrived")
        let upstream = try ScriptedUpstream { request in
            switch request.target.split(separator: "?").first {
            case "/same": Answer.redirect(302, to: "/there")
            case "/other": Answer.redirect(307, to: other.url("/there"))
            default: Answer.text("arrived")
            }
        }
        let proxy = try Self.proxy(upstream.url(), #""redirects": {"mode": "follow"}"#)
        let same = try proxy.request("GET", "r/same")
        #expect(same.text == "arrived")
        #expect(upstream.requests.map { $0.value(of: "X-Api-Key") } == [Self.key, Self.key])
        let crossing = try proxy.request("GET", "r/other", ["X-Api-Key: mine", "Authorization: mine"])
        #expect(crossing.text == "arrived")
        let request = try #require(other.requests.first)
        Self.expectNoSecret(in: "\(request.head)")
        #expect(request.value(of: "Authorization") == nil)
        #expect(request.target == "/there")
        _ = try proxy.logLines(with: "other")
        Self.expectNoSecret(proxy, same, crossing)
    }

    @Test(arguments: ["rewrite", "follow", "pass"])
    func `a redirect that repeats the query does not tell its secret`(mode: String) throws {
        let upstream = try ScriptedUpstream { request in
            if request.target.hasPrefix("/x/") { return Answer.text("arrived") }
            // As servers do that add a slash.
            return Answer.redirect(301, to: request.target.replacing("/x?", with: "/x/?"))
        }
        let proxy = try Self.proxy(upstream.url(), #""redirects": {"mode": "\#(mode)"}"#)
        let response = try proxy.request("GET", "r/x?a=1", [origin(Policy.local)])
        #expect(upstream.targets.first == "/x?a=1&appid=\(Self.query)")
        if mode == "follow" {
            #expect(response.text == "arrived")
            #expect(upstream.targets.last?.contains("appid=\(Self.query)") == true)
        } else {
            #expect(response.status == 301)
            #expect(response.value(of: "Location")?.contains("a=1") == true)
        }
        _ = try proxy.logLines(with: "/x")
        Self.expectNoSecret(proxy, response)
    }

    @Test func `a followed redirect whose path repeats a secret does not tell it`() throws {
        let upstream = try ScriptedUpstream { request in
            switch request.target.split(separator: "?").first ?? "" {
            case "/start": Answer.redirect(302, to: "/hop/\(request.value(of: "X-Api-Key") ?? "")")
            case "/end": Answer.text("arrived")
            default: Answer.redirect(302, to: "/end")
            }
        }
        let proxy = try Self.proxy(upstream.url(), #""redirects": {"mode": "follow"}"#)
        let response = try proxy.request("GET", "r/start", [origin(Policy.local)])
        #expect(response.text == "arrived")
        #expect(upstream.targets.contains { $0.hasPrefix("/hop/\(Self.key)") })
        _ = try proxy.logLines(with: "200")
        Self.expectNoSecret(proxy, response)
    }

    @Test func `a field that repeats a secret does not tell it`() throws {
        let upstream = try ScriptedUpstream { request in
            Answer.text(
                "ok",
                [
                    "Content-Location: \(request.target)", "Link: <\(request.target)&page=2>; rel=next",
                    "X-Echo: \(request.value(of: "X-Api-Key") ?? "")", "X-Stays: 1",
                ]
            )
        }
        let proxy = try Self.proxy(upstream.url())
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
        #expect(response.value(of: "X-Stays") == "1")
        _ = try proxy.logLines(with: "200")
        Self.expectNoSecret(proxy, response)
    }

    @Test(arguments: ["refused", "empty", "garbage", "cut", "silent"])
    func `an error tells no secret`(fault: String) throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            switch fault {
            case "garbage": try connection.send("garbage\r\n\r\n")
            case "cut": try connection.send("HTTP/1.1 200 OK\r\nContent-")
            case "silent": try connection.awaitClose()
            default: break
            }
        }
        let target = fault == "refused" ? "http://127.0.0.1:1/" : upstream.url()
        let proxy = try Self.proxy(target, #""upstream": {"responseTimeout": "100ms"}"#)
        let response = try proxy.request("GET", "r/x?a=1", [origin(Policy.local)])
        #expect([502, 504].contains(response.status), "\(response)")
        #expect(response.errorCode?.hasPrefix("upstream-") == true)
        _ = try proxy.logLines(with: "upstream-")
        Self.expectNoSecret(proxy, response)
    }

    @Test func `requests that are refused tell no secret`() throws {
        let upstream = try ScriptedUpstream.named("reached")
        let proxy = try Self.proxy(upstream.url(), #""methods": ["GET"]"#)
        let responses = try [
            proxy.request("GET", "r/../x", [origin(Policy.local)]),
            proxy.request("PUT", "r/x", [origin(Policy.local)], body: "x"),
            proxy.request("GET", "r/x", [origin(Policy.stranger)]),
            proxy.request("GET", "r/x", host: "evil.example"),
            proxy.request("OPTIONS", "r/x", [origin(Policy.local), "Access-Control-Request-Method: GET"]),
            proxy.request("GET", "", []),
        ]
        for response in responses { Self.expectNoSecret(proxy, response) }
        #expect(upstream.openedConnections == 0)
    }

    @Test func `a secret may come from a file, be part of a text, and stand in prefix and rules`() throws {
        let folder = try TemporaryFolder()
        try folder.write("file-key\n", to: "key.txt")
        let upstream = try ScriptedUpstream.named("ok")
        let file = try folder.write(
            Gateway.config(
                [
                    Gateway.route(
                        "/r/",
                        to: upstream.url(),
                        #""request": {"setHeaders": {"Authorization": "Basic ${file:key.txt}=${env:API_ID}!"}}"#
                    )
                ],
                """
                "listen": {"port": 0},
                "prefix": {"request": {"setHeaders": {"X-Prefix": "${file:\(folder.path)/key.txt}"}}},
                "rules": [{"match": {"url": "\(upstream.url("/**"))"},
                  "request": {"setHeaders": {"X-Rule": "${env:API_ID}"}}}]
                """
            ),
            to: "config.json"
        )
        var launch = ProxyProcess.Launch()
        launch.arguments = ["--config", file]
        launch.environment = Self.environment
        let proxy = try ProxyProcess(nil, launch)
        _ = try proxy.request("GET", "r/x")
        _ = try proxy.request("GET", upstream.url("/y"))
        #expect(
            upstream.requests.map { $0.value(of: "Authorization") } == ["Basic file-key=\(Self.query)!", nil]
        )
        #expect(upstream.requests.map { $0.value(of: "X-Prefix") } == [nil, "file-key"])
        #expect(upstream.requests.map { $0.value(of: "X-Rule") } == [Self.query, Self.query])
    }

    // MARK: Refused when the file is loaded

    @Test(arguments: [
        #""request": {"setHeaders": {"X-Key": "${env:MISSING}"}}"#,
        #""request": {"setHeaders": {"X-Key": "${file:/nonexistent/key}"}}"#,
        #""request": {"setHeaders": {"X-Key": "${env:BROKEN}"}}"#,
        #""request": {"setHeaders": {"X-Key": "${nonsense}"}}"#,
    ])
    func `a secret that is missing or could not be sent is refused with its place`(edits: String) throws {
        let text = try Gateway.refusal(
            of: Gateway.config([Gateway.route("/r/", to: "http://h/", edits)]),
            environment: ["BROKEN": "a-part\r\nX-Evil: s3cr3t"]
        )
        #expect(text.contains("routes[0].request.setHeaders"), "\(text)")
        Self.expectNoSecret(in: text)
    }

    @Test func `a secret where any origin could use it is refused`() throws {
        let any = "\"cors\": \(Policy.any)"
        let routes = Gateway.config([Gateway.route("/r/", to: "http://h/", Self.edits)], any)
        let own = Gateway.config([Gateway.route("/r/", to: "http://h/", "\(Self.edits), \(any)")])
        for config in [routes, own] {
            let text = try Gateway.refusal(of: config, environment: Self.environment)
            #expect(text.contains("routes[0].request") && text.contains("any origin"), "\(text)")
            #expect(text.contains("clientKeys") || text.contains("dangerouslyAllowAnyOrigin"), "\(text)")
            Self.expectNoSecret(in: text)
        }
        for more in [#""clientKeys": ["a-client-key"]"#, #""cors": {"dangerouslyAllowAnyOrigin": true}"#] {
            let upstream = try ScriptedUpstream.named("ok")
            let config = Gateway.config(
                [Gateway.route("/r/", to: upstream.url(), "\(Self.edits), \(more)")],
                any
            )
            let proxy = try Gateway.start(config, environment: Self.environment)
            let fields = [origin(Policy.stranger), "X-Proxy-Key: a-client-key"]
            #expect(try proxy.request("GET", "r/x", fields).text == "ok", "\(more)")
        }
    }

    @Test func `a secret of the prefix form or of a rule where any origin could use it is refused`() throws {
        for part in [
            #""prefix": {"request": {"setHeaders": {"X-Key": "${env:API_KEY}"}}}"#,
            #""rules": [{"match": {"url": "https://h/**"}, "request": {"setHeaders": {"X-Key": "${env:API_KEY}"}}}]"#,
        ] {
            let text = try Gateway.refusal(
                of: Policy.config(Policy.any, part),
                environment: Self.environment
            )
            #expect(text.contains("any origin"), "\(text)")
            Self.expectNoSecret(in: text)
        }
    }
}
