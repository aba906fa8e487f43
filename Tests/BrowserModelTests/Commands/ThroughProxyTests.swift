import TestSupport
import Testing

/// `--via` against the proxy that it speaks for.
@Suite struct ThroughProxyTests {
    private static let configuration = """
        {"listen": {"port": 0}, "cors": {"allowedOrigins": ["https://app.example"], "allowedMethods": ["PUT"],
         "allowedHeaders": ["x-a"], "exposedHeaders": ["etag"], "allowCredentials": true, "maxAge": 60},
         "prefix": {"targets": {"deny": ["*.denied.example"]}}}
        """

    private struct Asked: Sendable {
        let origin: String
        let method: String
        var headers: [String] = []
        var target: String?
        let verdict: String
        var isFine = true
    }

    private static let asked = [
        Asked(origin: "https://app.example", method: "GET", verdict: "allowed"),
        Asked(origin: "https://app.example", method: "PUT", headers: ["X-A: 1"], verdict: "allowed"),
        Asked(origin: "https://app.example", method: "PATCH", verdict: "MethodDisallowedByPreflightResponse"),
        Asked(
            origin: "https://app.example",
            method: "PUT",
            headers: ["X-B: 1"],
            verdict: "HeaderDisallowedByPreflightResponse"
        ),
        Asked(origin: "https://b.example", method: "GET", verdict: "MissingAllowOriginHeader"),
        Asked(origin: "https://b.example", method: "PUT", verdict: "PreflightMissingAllowOriginHeader"),
        Asked(origin: "null", method: "GET", verdict: "MissingAllowOriginHeader"),
        Asked(
            origin: "https://app.example",
            method: "GET",
            target: "http://a.denied.example/",
            verdict: "allowed",
            isFine: false
        ),
    ]

    @Test func `it foretells the running proxy's verdicts and CORS fields`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text(
                "ok",
                ["Access-Control-Allow-Origin: https://wrong.example", "ETag: \"1\"", "X-A: 1"]
            )
        }
        let folder = try TemporaryFolder()
        let file = try folder.write(Self.configuration, to: "corsway.json")
        let proxy = try ProxyProcess(Self.configuration)
        for asked in Self.asked {
            let target = asked.target ?? upstream.url("/item")
            var arguments = [
                target, "--from", asked.origin, "-X", asked.method, "--via", file, "--credentials",
            ]
            for header in asked.headers { arguments += ["-H", header] }
            let (exit, output) = try ExplainOutput.run(arguments)
            #expect(output.verdict == asked.verdict, "\(asked)")
            #expect(exit == .status(asked.verdict == "allowed" && asked.isFine ? 0 : 1))
            let view = try #require(output.views.first)
            try compare(view, with: proxy, asked, target)
        }
    }

    @Test func `the head of a response is enough, whenever its body comes`() throws {
        let hasLeft = Latch()
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            try eventually("the one who asks leaves") { try connection.hasEnded() }
            hasLeft.open()
        }
        let folder = try TemporaryFolder()
        let file = try folder.write(Self.configuration, to: "corsway.json")
        let arguments = [upstream.url("/events"), "--from", "https://app.example", "--via", file]
        let (exit, output) = try ExplainOutput.run(arguments)
        #expect(exit == .status(0) && output.verdict == "allowed")
        try hasLeft.wait(for: "the end that explain brings about")
    }

    /// Compares each answer that the explanation shows with the running proxy's.
    private func compare(
        _ view: ExplainOutput.View,
        with proxy: ProxyProcess,
        _ asked: Asked,
        _ target: String
    ) throws {
        let pairs = [("preflight", "preflight-verdict"), ("request", "cors-check")]
        for (message, verdict) in pairs {
            guard let sent = view.steps.first(where: { $0.step == message }),
                let judged = view.steps.first(where: { $0.step == verdict })
            else { continue }
            // All but the request line and Host, which names a port of its own.
            let method = message == "preflight" ? "OPTIONS" : asked.method
            let response = try proxy.request(method, target, Array(sent.details.dropFirst(2)))
            let fields = response.head.fields.filter { $0.name.lowercased().hasPrefix("access-control-") }
            guard judged.outcome == "passed" else {
                #expect(view.failure?.seen.isEmpty == false)
                continue
            }
            #expect(fields.map { "\($0.name): \($0.value)" } == judged.details, "\(asked)")
        }
    }

    @Test func `a blocked origin gets the proxy's hint and the line to add`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let folder = try TemporaryFolder()
        let file = try folder.write(Self.configuration, to: "corsway.json")
        let (_, output) = try ExplainOutput.run(
            [upstream.url(), "--from", "https://www.app.example", "--via", file]
        )
        let failure = try #require(output.views.first?.failure)
        #expect(failure.remark?.contains("Add \"https://www.app.example\" to cors.allowedOrigins.") == true)
        #expect(failure.remark?.contains("does not begin with \"www.\", the origin does") == true)
        #expect(
            output.views.first?.configuration
                == #""cors": { "allowedOrigins": ["https://app.example", "https://www.app.example"] }"#
        )
    }

    @Test func `no line is given that would be refused when it is loaded`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Self.configuration, to: "corsway.json")
        let (_, output) = try ExplainOutput.run(
            ["http://a.example/", "--from", "http://app.example", "--via", file]
        )
        #expect(output.views.first?.configuration == nil)
        #expect(output.views.first?.mend?.contains("http://app.example") == true)
    }

    @Test func `the page reads the same headers as from the running proxy, redirects included`() throws {
        let upstream = try ScriptedUpstream { request in
            request.target == "/first"
                ? Answer.redirect(302, to: "/last")
                : Answer.text(
                    "ok",
                    ["ETag: \"1\"", "Set-Cookie: a=b", "Cross-Origin-Resource-Policy: same-site"]
                )
        }
        let folder = try TemporaryFolder()
        let file = try folder.write("{}", to: "corsway.json")
        let page = "http://localhost:5173"
        let (_, output) = try ExplainOutput.run([upstream.url("/first"), "--from", page, "--via", file])
        let response = try ProxyProcess().request("GET", upstream.url("/first"), ["Origin: \(page)"])
        let foretold = Set(try #require(output.views.first).readableHeaders)
        #expect(foretold.isSuperset(of: ["etag", "x-cors-redirect-1", "x-final-url"]))
        #expect(foretold == Set(response.head.names))
    }

    @Test func `the guard holds without a proxy too`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let folder = try TemporaryFolder()
        let file = try folder.write("{\"guard\": {\"allowPrivateNetworks\": false}}", to: "corsway.json")
        let (_, output) = try ExplainOutput.run(
            [upstream.url(), "--from", "http://localhost:5173", "--via", file]
        )
        #expect(output.views.first?.status == 403)
        #expect(upstream.openedConnections == 0)
    }

    @Test func `a denied target is an error that the page can read, and no success`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Self.configuration, to: "corsway.json")
        let (exit, output) = try ExplainOutput.run(
            ["http://a.denied.example/", "--from", "https://app.example", "--via", file]
        )
        #expect(exit == .status(1))
        #expect(output.views.first?.failure == nil)
        #expect(output.views.first?.status == 403)
        #expect(output.views.first?.proxyError == "target-denied")
        #expect(output.views.first?.remark?.isEmpty == false)
    }

    @Test func `by default the server is asked directly, then through the defaults`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let (exit, output) = try ExplainOutput.run([upstream.url(), "--from", "http://localhost:5173"])
        #expect(exit == .status(1), "the server itself allows nobody")
        #expect(output.views.map(\.asked) == ["direct", "proxy"])
        #expect(output.views.map(\.allowed) == [false, true])
    }

    @Test func `what may have changed something is not sent twice`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let (_, output) = try ExplainOutput.run([
            upstream.url(), "--from", "http://localhost:5173", "-X", "POST",
        ])
        #expect(output.views.map(\.asked) == ["direct"])
        #expect(upstream.requests.map(\.method) == ["POST"])
    }
}
