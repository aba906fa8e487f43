import TestSupport
import Testing

/// The fields a proxy of its own puts on a response, always exposed.
private let ownFields = ["x-request-id", "x-request-url", "x-final-url", "x-corsway-error"]

@Suite struct PolicyTests {
    private enum Shared {
        static let list = Result { try ProxyProcess(Policy.config(Policy.list)) }
        static let credentials = Result { try ProxyProcess(Policy.config(Policy.credentials)) }
        static let any = Result { try ProxyProcess(Policy.config(Policy.any)) }
    }

    /// An upstream whose answer carries what a proxy has to replace, merge or take off.
    private func upstream() throws -> ScriptedUpstream {
        try ScriptedUpstream { _ in
            Answer.text(
                "ok",
                [
                    "Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: true",
                    "Access-Control-Expose-Headers: x-theirs", "Access-Control-Max-Age: 9",
                    "access-control-allow-origin: https://theirs.example", "Vary: Accept-Encoding, origin",
                    "ETag: \"1\"", "X-Theirs: 1", "Cross-Origin-Resource-Policy: same-origin",
                ]
            )
        }
    }

    @Test(arguments: ["https://app.example", "https://a.shop.example", "https://b.a.shop.example"])
    func `C2 C7 an allowed origin is reflected once, and the upstream's own fields are gone`(page: String)
        throws
    {
        let upstream = try upstream()
        let response = try Shared.list.get().request("GET", upstream.url(), [origin(page)])
        #expect(response.status == 200)
        #expect(response.values(of: "Access-Control-Allow-Origin") == [page])
        #expect(response.value(of: "Access-Control-Allow-Credentials") == nil)
        #expect(response.value(of: "Access-Control-Max-Age") == nil)
        #expect(response.value(of: "Access-Control-Allow-Methods") == nil)
        #expect(response.value(of: "Access-Control-Allow-Headers") == nil)
        let exposed = response.elements(of: "Access-Control-Expose-Headers")
        #expect(exposed.contains("etag"))
        #expect(!exposed.contains("x-theirs"))
        for name in ownFields where response.value(of: name) != nil { #expect(exposed.contains(name)) }
        #expect(response.value(of: "X-Theirs") == "1")
    }

    @Test func `C3 Vary is merged with the upstream's, without duplicates`() throws {
        let upstream = try upstream()
        let response = try Shared.list.get().request("GET", upstream.url(), [origin(Policy.app)])
        #expect(response.elements(of: "Vary").sorted() == ["accept-encoding", "origin"])
        let star = try ScriptedUpstream { _ in Answer.text("ok", ["Vary: *"]) }
        #expect(try Shared.list.get().request("GET", star.url()).elements(of: "Vary").contains("*"))
    }

    @Test func `C1 any origin is a literal star on every response and adds no Vary`() throws {
        let plain = try ScriptedUpstream { _ in Answer.text("ok") }
        for fields in [[origin(Policy.stranger)], [origin("null")], []] {
            let response = try Shared.any.get().request("GET", plain.url(), fields)
            #expect(response.values(of: "Access-Control-Allow-Origin") == ["*"])
            #expect(response.value(of: "Access-Control-Allow-Credentials") == nil)
            #expect(response.elements(of: "Access-Control-Expose-Headers") == ["*"])
            #expect(response.value(of: "Vary") == nil)
        }
    }

    @Test func `C5 C6 credentials are said on every allowed response, without a star`() throws {
        let upstream = try upstream()
        let proxy = try Shared.credentials.get()
        let response = try proxy.request("GET", upstream.url(), [origin(Policy.app)])
        #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.app])
        #expect(response.values(of: "Access-Control-Allow-Credentials") == ["true"])
        #expect(!response.elements(of: "Access-Control-Expose-Headers").contains("*"))
        let failing = try proxy.request("GET", "ftp://h/x", [origin(Policy.app)])
        #expect(failing.values(of: "Access-Control-Allow-Credentials") == ["true"])
        let stranger = try proxy.request("GET", upstream.url(), [origin(Policy.stranger)])
        #expect(stranger.value(of: "Access-Control-Allow-Credentials") == nil)
    }

    @Test(arguments: [
        "https://evil.example", "HTTPS://APP.EXAMPLE", "https://app.example/", "https://app.example:443",
        "http://app.example",
        "https://app.example/path", "https://app.example, https://evil.example", "", "null",
        "https://shop.example",
        "https://evilshop.example", "https://a.shop.example.evil.com", "https://.shop.example",
        "https://app.example.",
        "https://app.example:8443", "https://app.example\u{E9}",
    ])
    func `E1 an origin that is not allowed never reaches the upstream`(page: String) throws {
        let upstream = try upstream()
        let proxy = try Shared.list.get()
        for method in ["GET", "POST", "PUT"] {
            let response = try proxy.request(
                method,
                upstream.url(),
                [origin(page)],
                body: method == "GET" ? nil : "x"
            )
            #expect(response.status == 403, "\(response)")
            #expect(response.errorCode == "origin-denied")
            #expect(response.names.filter { $0.hasPrefix("access-control-") }.isEmpty)
            #expect(response.elements(of: "Vary").contains("origin"))
            #expect(response.value(of: "Cache-Control") == "no-store")
        }
        #expect(upstream.openedConnections == 0)
    }

    @Test func `O2 two Origin lines are a bad request`() throws {
        let upstream = try upstream()
        let fields = [origin(Policy.app), origin(Policy.app)]
        for proxy in [try Shared.list.get(), try Shared.any.get()] {
            let response = try proxy.request("GET", upstream.url(), fields)
            #expect(response.status == 400)
            #expect(response.errorCode == "multiple-origins")
        }
        #expect(upstream.openedConnections == 0)
    }

    @Test func `E1 the refusal is JSON with a code, a message, a hint and an id`() throws {
        let response = try Shared.list.get().request("GET", "http://a.example/", [origin(Policy.stranger)])
        #expect(response.value(of: "Content-Type")?.hasPrefix("application/json") == true)
        let error = try JSONText.object(response.body)["error"] as? [String: Any]
        #expect(error?["code"] as? String == "origin-denied")
        for key in ["message", "hint", "requestId"] {
            #expect((error?[key] as? String)?.isEmpty == false, "\(key)")
        }
    }

    @Test func `E1 the closest pattern is told on this machine alone`() throws {
        let proxy = try ProxyProcess(Policy.config(Policy.list, #""trustedProxies": ["127.0.0.1"]"#))
        let asked = [origin("http://app.example")]
        let preflight = asked + ["Access-Control-Request-Method: PUT"]
        for (method, fields) in [("GET", asked), ("OPTIONS", preflight)] {
            let near = try proxy.request(method, "http://a.example/", fields).text
            #expect(near.contains("closest pattern") && near.contains("https://app.example"), "\(near)")
            let far = try proxy.request(
                method,
                "http://a.example/",
                fields + ["X-Forwarded-For: 203.0.113.9"]
            )
            #expect(far.errorCode == "origin-denied")
            #expect(!far.text.contains("https://app.example"), "\(far.text)")
            #expect(far.text.contains("cors.allowedOrigins"))
        }
        // The log has it for whoever runs the proxy.
        try eventually("four lines of the log") {
            proxy.child.standardOutput.components(separatedBy: "closest pattern").count == 5
        }
    }

    @Test func `a method outside the list is a 405 that names it, and the upstream is not asked`() throws {
        let upstream = try upstream()
        let response = try Shared.list.get().request("PURGE", upstream.url(), [origin(Policy.app)])
        #expect(response.status == 405)
        #expect(response.errorCode == "method-denied")
        #expect(response.text.contains("PURGE"))
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.app)
        #expect(upstream.openedConnections == 0)
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
            #expect(try Shared.list.get().request(method, upstream.url(), [origin(Policy.app)]).status == 200)
        }
    }

    @Test func `C8 cookies are taken off both ways without credentials`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text("ok", ["Set-Cookie: a=1", "Set-Cookie: b=2", "Set-Cookie2: c=3"])
        }
        for proxy in [try Shared.list.get(), try Shared.any.get()] {
            let response = try proxy.request(
                "GET",
                upstream.url(),
                [origin(Policy.app), "Cookie: a=1", "Cookie2: x"]
            )
            #expect(response.value(of: "Set-Cookie") == nil)
            #expect(response.value(of: "Set-Cookie2") == nil)
        }
        for request in upstream.requests { #expect(request.value(of: "Cookie") == nil) }
    }

    @Test func `CORP is replaced where the response may be shared, and only there`() throws {
        let upstream = try upstream()
        let name = "Cross-Origin-Resource-Policy"
        #expect(try Shared.any.get().request("GET", upstream.url()).values(of: name) == ["cross-origin"])
        let list = try Shared.list.get()
        #expect(
            try list.request("GET", upstream.url(), [origin(Policy.app)]).values(of: name) == ["cross-origin"]
        )
        #expect(try list.request("GET", upstream.url()).values(of: name) == ["same-origin"])
    }

    @Test func `timingAllowOrigin answers as Access-Control-Allow-Origin does`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text("ok", ["Timing-Allow-Origin: https://theirs.example"])
        }
        let proxy = try ProxyProcess(#"{"cors": {"timingAllowOrigin": true}}"#)
        let response = try proxy.request("GET", upstream.url(), [origin(Policy.local)])
        #expect(response.values(of: "Timing-Allow-Origin").contains(Policy.local))
        let off = try Shared.any.get().request("GET", upstream.url())
        #expect(off.values(of: "Timing-Allow-Origin") == ["https://theirs.example"])
    }

    @Test func `no Origin passes with Vary, and requireOrigin refuses it`() throws {
        let upstream = try upstream()
        let response = try Shared.list.get().request("GET", upstream.url())
        #expect(response.status == 200)
        #expect(response.value(of: "Access-Control-Allow-Origin") == nil)
        #expect(response.elements(of: "Vary").contains("origin"))
        let strict = try ProxyProcess(#"{"cors": {"requireOrigin": true}}"#)
        let asked = upstream.requests.count
        let refusal = try strict.request("GET", upstream.url())
        #expect(refusal.status == 403)
        #expect(refusal.errorCode == "origin-required")
        #expect(upstream.requests.count == asked)
        #expect(try strict.request("GET", "").status == 200, "the help page is exempt")
        #expect(try strict.request("GET", "iscorsneeded").status == 200)
    }

    @Test(arguments: [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)])
    func `E4 Sec-Fetch-Site decides where there is no Origin`(site: String, status: Int) throws {
        let upstream = try upstream()
        let response = try Shared.list.get().request("GET", upstream.url(), ["Sec-Fetch-Site: \(site)"])
        #expect(response.status == status)
        #expect(response.errorCode == (status == 403 ? "cross-site-denied" : nil))
        #expect(upstream.requests.count == (status == 403 ? 0 : 1))
        #expect(
            try Shared.any.get().request("GET", upstream.url(), ["Sec-Fetch-Site: \(site)"]).status == 200
        )
        let allowed = [origin(Policy.app), "Sec-Fetch-Site: \(site)"]
        #expect(try Shared.list.get().request("GET", upstream.url(), allowed).status == 200)
        #expect(try Shared.list.get().request("GET", "", ["Sec-Fetch-Site: \(site)"]).status == 200)
    }

    @Test(arguments: [
        (Policy.app, 200, nil), (Policy.stranger, 403, "origin-denied"), ("null", 403, "origin-denied"),
    ])
    func `E5 a WebSocket handshake is held to the policy before anything is dialled`(
        page: String,
        status: Int,
        code: String?
    ) throws {
        let upstream = try upstream()
        let response = try Shared.list.get().request(
            "GET",
            upstream.url(),
            [
                origin(page), "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ]
        )
        #expect(response.status == status)
        #expect(response.errorCode == code)
        #expect(upstream.openedConnections == (code == nil ? 1 : 0))
    }

    @Test func `E6 a prefix response is sandboxed beside the upstream's own policy`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text("ok", ["Content-Security-Policy: default-src 'self'"])
        }
        let response = try Shared.any.get().request("GET", upstream.url())
        let policies = response.values(of: "Content-Security-Policy")
        #expect(policies.contains("sandbox"))
        #expect(policies.contains("default-src 'self'"))
    }

    @Test(arguments: ["document", "iframe", "frame", "object", "embed"])
    func `E6 a document's types are not guessed`(destination: String) throws {
        let upstream = try upstream()
        let fields = ["Sec-Fetch-Dest: \(destination)"]
        let response = try Shared.any.get().request("GET", upstream.url(), fields)
        #expect(response.values(of: "X-Content-Type-Options") == ["nosniff"])
        #expect(response.values(of: "Content-Security-Policy").contains("sandbox"))
    }

    @Test func `E6 a service worker is never served`() throws {
        let upstream = try upstream()
        let response = try Shared.any.get().request("GET", upstream.url(), ["Sec-Fetch-Dest: serviceworker"])
        #expect(response.status == 403)
        #expect(response.errorCode == "service-worker-denied")
        #expect(upstream.openedConnections == 0)
    }

    @Test func `E7 the target is checked behind the origin, and its refusals carry CORS fields`() throws {
        let proxy = try Shared.list.get()
        let denied = try proxy.request("GET", "http://10.0.0.1/", [origin(Policy.stranger)])
        #expect(denied.errorCode == "origin-denied")
        for (target, code) in [("http://10.0.0.1/", "private-address"), ("ftp://h/x", "target-scheme")] {
            let response = try proxy.request("GET", target, [origin(Policy.app)])
            #expect(response.errorCode == code)
            #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.app])
            #expect(response.elements(of: "Access-Control-Expose-Headers").contains("x-corsway-error"))
            #expect(response.elements(of: "Vary").contains("origin"))
            #expect(response.value(of: "Cache-Control") == "no-store")
        }
    }

    @Test func `O13 a denied origin wins over an allowed one`() throws {
        let upstream = try upstream()
        let proxy = try ProxyProcess(
            #"{"cors": {"allowedOrigins": "*", "deniedOrigins": ["https://evil.example"]}}"#
        )
        #expect(try proxy.request("GET", upstream.url(), [origin(Policy.stranger)]).status == 403)
        let other = try proxy.request("GET", upstream.url(), [origin(Policy.app)])
        #expect(other.values(of: "Access-Control-Allow-Origin") == ["*"])
        #expect(upstream.requests.count == 1)
    }

    @Test func `O10 null is allowed by its own key only`() throws {
        let upstream = try upstream()
        let proxy = try ProxyProcess(#"{"cors": {"allowNullOrigin": true}}"#)
        let response = try proxy.request("GET", upstream.url(), [origin("null")])
        #expect(response.values(of: "Access-Control-Allow-Origin") == ["null"])
    }

    @Test func `fields of the target that would act on the proxy's origin are taken off`() throws {
        let names = [
            "Clear-Site-Data", "Strict-Transport-Security", "Alt-Svc", "Service-Worker-Allowed", "NEL",
            "Report-To",
            "Reporting-Endpoints",
        ]
        let upstream = try ScriptedUpstream { _ in Answer.text("ok", names.map { "\($0): x" }) }
        let response = try Shared.any.get().request("GET", upstream.url())
        for name in names { #expect(response.value(of: name) == nil, "\(name)") }
    }
}
