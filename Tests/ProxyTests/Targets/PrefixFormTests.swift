import TestSupport
import Testing

@Suite struct PrefixFormTests {
    /// A proxy for which `example.com` is the given upstream.
    private func proxy(_ upstream: ScriptedUpstream, _ prefix: String = "{}") throws -> ProxyProcess {
        try ProxyProcess(
            "{\"prefix\": \(prefix), \"upstream\": {\"hosts\": {\"example.com\": \"\(upstream.authority)\"}}}"
        )
    }

    @Test(arguments: [
        ("example.com", "http://example.com/", "/"),
        ("//example.com", "http://example.com/", "/"),
        ("HTTP://EXAMPLE.com/A", "http://example.com/A", "/A"),
        ("http://example.com/a?b=c", "http://example.com/a?b=c", "/a?b=c"),
        ("example.com:80/x", "http://example.com:80/x", "/x"),
        ("example.com?q=1", "http://example.com/?q=1", "/?q=1"),
        ("http://example.com", "http://example.com/", "/"),
    ])
    func `a target is read as cors-anywhere reads it`(target: String, url: String, path: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let response = try proxy(upstream).request("GET", target, [origin(Policy.local)])
        #expect(response.text == "ok", "\(response)")
        #expect(response.values(of: "X-Request-URL") == [url])
        #expect(response.values(of: "X-Final-URL") == [url])
        #expect(upstream.requests.map(\.target) == [path])
        #expect(upstream.requests.first?.value(of: "Host")?.hasPrefix("example.com") == true)
    }

    @Test func `port 443 without a scheme means https`() throws {
        let first = Latch()
        let upstream = try ScriptedUpstream { connection in
            // A TLS record of a handshake begins with 22.
            if try connection.reader.read(count: 1) == [22] { first.open() }
        }
        let response = try proxy(upstream).request("GET", "example.com:443/x?y")
        #expect(response.errorCode == "upstream-tls")
        try first.wait()
    }

    @Test func `the empty target is the help page, as HTML or as text`() throws {
        let proxy = try ProxyProcess()
        let page = try proxy.request("GET", "", ["Accept: text/html,*/*;q=0.8"])
        #expect(page.status == 200)
        #expect(page.value(of: "Content-Type")?.hasPrefix("text/html") == true)
        let text = try proxy.request("GET", "", ["Accept: text/plain"])
        #expect(text.status == 200)
        #expect(text.value(of: "Content-Type")?.hasPrefix("text/plain") == true)
        let head = try proxy.request("HEAD", "")
        #expect(head.status == 200)
    }

    @Test func `iscorsneeded says no, with no CORS field`() throws {
        let response = try ProxyProcess(Policy.config(Policy.any)).request(
            "GET",
            "iscorsneeded",
            [origin(Policy.app)]
        )
        #expect(response.status == 200)
        #expect(response.text == "no")
        #expect(response.value(of: "Content-Type")?.hasPrefix("text/plain") == true)
        #expect(response.names.filter { $0.hasPrefix("access-control-") }.isEmpty)
    }

    @Test(arguments: ["http:/x.com", "https:/x.com/a", "http:/http:/x.com"])
    func `a slash lost on the way is named, and nothing is healed silently`(target: String) throws {
        let response = try ProxyProcess().request("GET", target, [origin(Policy.local)])
        #expect(response.status == 400)
        #expect(response.errorCode == "target-slashes")
        #expect(response.text.lowercased().contains("two slashes"))
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
    }

    @Test(arguments: [
        ("ftp://h/x", 400, "target-scheme", "ftp"), ("ws://h/", 400, "target-scheme", "ws"),
        ("file:///etc/passwd", 400, "target-scheme", "file"),
        ("http://h:65536/", 400, "target-port", "65536"),
        ("http://h:0/", 400, "target-port", "0"), ("http://h:99999999999999999999/", 400, "target-port", ""),
        ("http://user:pw@example.com/", 400, "target-credentials", ""),
        ("http://user@example.com/", 400, "target-credentials", ""),
        ("user:pw@example.com/", 400, "target-credentials", ""),
        ("robots.txt", 404, "target-host", ""), ("favicon.ico", 404, "target-host", ""),
        ("localhost:3000", 404, "target-host", ""),
        ("index.html?a=b", 404, "target-host", ""),
    ])
    func `a bad target is refused with what is wrong`(target: String, status: Int, code: String, word: String)
        throws
    {
        let response = try ProxyProcess().request("GET", target, [origin(Policy.local)])
        #expect(response.status == status, "\(response)")
        #expect(response.errorCode == code)
        #expect(word.isEmpty || response.text.contains(word))
        #expect(!response.description.contains("pw@"), "no credential is echoed")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
    }

    @Test(arguments: [
        "http://good.com\\@evil.example/", "http://[::1/", "http://[::1%25lo]/", "http://exa%6Dple.com/",
        "http://a..b/",
        "http://exa mple.com/".replacing(" ", with: "%20"), "http://example.com:8x/",
        "http://example.com%2F@x/",
    ])
    func `a malformed host is refused before anything is looked up`(target: String) throws {
        let response = try ProxyProcess().request("GET", target)
        #expect([400, 404].contains(response.status), "\(response)")
        #expect(response.errorCode?.hasPrefix("target-") == true)
    }

    @Test(arguments: ["/example.com", "http://", "http:///x", "http://:1234"])
    func `a malformed target is the help page or a 400 that says what is wrong`(target: String) throws {
        let response = try ProxyProcess().request("GET", target)
        #expect(response.status == 200 || response.errorCode?.hasPrefix("target-") == true, "\(response)")
    }

    @Test func `with a scheme any host goes to the guard`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess()
        #expect(try proxy.request("GET", "http://localhost:\(upstream.port)/").text == "ok")
        #expect(
            try proxy.request("GET", "127.0.0.1:\(upstream.port)/").text == "ok",
            "an address needs no scheme"
        )
    }

    @Test func `targets outside allow or inside deny are refused`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let base = "http://127.0.0.1:\(upstream.port)"
        let allowing = try ProxyProcess("{\"prefix\": {\"targets\": {\"allow\": [\"\(base)/public/**\"]}}}")
        #expect(try allowing.request("GET", "\(base)/public/a").text == "ok")
        for path in ["/private", "/publicly", "/public/../private", "/public/%2e%2e/private"] {
            let response = try allowing.request("GET", "\(base)\(path)", [origin(Policy.local)])
            #expect([400, 403].contains(response.status), "\(path)")
        }
        let denied = try allowing.request("GET", "\(base)/private", [origin(Policy.local)])
        #expect(denied.status == 403)
        #expect(denied.errorCode == "target-denied")
        #expect(denied.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(try allowing.request("GET", "http://example.com/").errorCode == "target-denied")
        let denying = try ProxyProcess(#"{"prefix": {"targets": {"allow": ["*"], "deny": ["127.0.0.1"]}}}"#)
        #expect(try denying.request("GET", "\(base)/public/a").errorCode == "target-denied")
        #expect(try denying.request("GET", "http://localhost:\(upstream.port)/").text == "ok")
        #expect(upstream.requests.count == 2)
    }

    @Test func `a redirect to a denied target is refused at its hop`() throws {
        let inner = try ScriptedUpstream { _ in Answer.text("secret") }
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: inner.url("/")) }
        let proxy = try ProxyProcess(
            "{\"prefix\": {\"targets\": {\"deny\": [\"http://127.0.0.1:\(inner.port)\"]}}}"
        )
        let response = try proxy.request("GET", upstream.url(), [origin(Policy.local)])
        #expect(response.status == 403)
        #expect(response.errorCode == "target-denied")
        #expect(inner.openedConnections == 0)
    }

    @Test func `requireHeaders wants any one of its names`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(#"{"prefix": {"requireHeaders": ["Origin", "X-Requested-With"]}}"#)
        let response = try proxy.request("GET", upstream.url())
        #expect(response.status == 400)
        #expect(response.errorCode == "header-required")
        #expect(response.text.contains("X-Requested-With"))
        #expect(upstream.openedConnections == 0)
        #expect(try proxy.request("GET", upstream.url(), ["x-requested-with: fetch"]).text == "ok")
        #expect(try proxy.request("GET", upstream.url(), [origin(Policy.local)]).text == "ok")
    }

    @Test func `redirectSameOrigin sends a page of the target there directly`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(#"{"prefix": {"redirectSameOrigin": true}}"#)
        let response = try proxy.request(
            "GET",
            upstream.url("/a?b"),
            [origin("http://\(upstream.authority)")]
        )
        #expect(response.status == 301)
        #expect(response.value(of: "Location") == upstream.url("/a?b"))
        #expect(response.elements(of: "Vary").contains("origin"))
        #expect(response.value(of: "Cache-Control") == "private")
        #expect(upstream.openedConnections == 0)
        #expect(try proxy.request("GET", upstream.url("/a?b"), [origin(Policy.local)]).text == "ok")
    }

    @Test(arguments: [("help.html", "text/html"), ("help.txt", "text/plain"), ("HELP", "text/plain")])
    func `helpFile is served at the root by its kind`(name: String, type: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("how to use it", to: name)
        let proxy = try ProxyProcess("{\"prefix\": {\"helpFile\": \"\(file)\"}}")
        let response = try proxy.request("GET", "")
        #expect(response.text == "how to use it")
        #expect(response.value(of: "Content-Type")?.hasPrefix(type) == true)
    }

    @Test func `fields are removed first and set then, both ways`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text("ok", ["X-Out: theirs", "X-Gone: 1", "X-Stays: 1"])
        }
        let proxy = try ProxyProcess(
            #"""
            {"prefix": {
              "request": {"setHeaders": {"X-In": "ours", "X-Empty": ""}, "removeHeaders": ["X-In", "Referer"]},
              "response": {"setHeaders": {"X-Out": "ours"}, "removeHeaders": ["X-Gone", "X-Out"]}}}
            """#
        )
        let fields = ["X-In: mine", "Referer: http://r.example/", "X-Other: 1", "Connection: X-In, X-Empty"]
        let response = try proxy.request("GET", upstream.url(), fields)
        let request = try #require(upstream.requests.first)
        #expect(request.values(of: "X-In") == ["ours"])
        #expect(request.values(of: "X-Empty") == [""])
        #expect(request.value(of: "Referer") == nil)
        #expect(request.value(of: "X-Other") == "1")
        #expect(response.values(of: "X-Out") == ["ours"])
        #expect(response.value(of: "X-Gone") == nil)
        #expect(response.value(of: "X-Stays") == "1")
    }

    @Test func `the prefix form can be turned off`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try ProxyProcess(#"{"prefix": {"enabled": false}}"#)
        let response = try proxy.request("GET", upstream.url())
        #expect(response.status == 404)
        #expect(response.errorCode == "not-found")
        #expect(upstream.openedConnections == 0)
    }

    @Test func `basePath puts the proxy below a path`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(#"{"basePath": "/cors/"}"#)
        #expect(try proxy.request("GET", "cors/\(upstream.url())").text == "ok")
        #expect(try proxy.request("GET", upstream.url()).errorCode == "not-found")
        #expect(try proxy.request("GET", "cors/iscorsneeded").text == "no")
    }
}
