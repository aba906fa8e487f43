import TestSupport
import Testing

@Suite struct RedirectTests {
    private enum Shared {
        static let proxy = Result { try ProxyProcess(Policy.config(Policy.list)) }
        static let rewriting = Result { try ProxyProcess(#"{"prefix": {"redirects": {"mode": "rewrite"}}}"#) }
        static let passing = Result { try ProxyProcess(#"{"prefix": {"redirects": {"mode": "pass"}}}"#) }
    }

    /// Redirects `/N` to `/N-1` and answers `/0`.
    private func countdown() throws -> ScriptedUpstream {
        try ScriptedUpstream { request in
            guard let number = Int(request.target.dropFirst()), number > 0 else {
                return Answer.text("arrived")
            }
            return Answer.redirect(302, to: "/\(number - 1)")
        }
    }

    @Test func `redirects are followed and told in exposed fields`() throws {
        let upstream = try countdown()
        let response = try Shared.proxy.get().request("GET", upstream.url("/2"), [origin(Policy.app)])
        #expect(response.status == 200)
        #expect(response.text == "arrived")
        #expect(response.value(of: "X-Request-URL") == upstream.url("/2"))
        #expect(response.value(of: "X-CORS-Redirect-1") == "302 \(upstream.url("/1"))")
        #expect(response.value(of: "X-CORS-Redirect-2") == "302 \(upstream.url("/0"))")
        #expect(response.value(of: "X-Final-URL") == upstream.url("/0"))
        let exposed = response.elements(of: "Access-Control-Expose-Headers")
        for name in ["x-request-url", "x-final-url", "x-cors-redirect-1", "x-cors-redirect-2"] {
            #expect(exposed.contains(name), "\(name)")
        }
    }

    @Test func `the sixth redirect is handed back`() throws {
        let upstream = try countdown()
        let proxy = try Shared.proxy.get()
        #expect(try proxy.request("GET", upstream.url("/5"), [origin(Policy.app)]).text == "arrived")
        let response = try proxy.request("GET", upstream.url("/6"), [origin(Policy.app)])
        #expect(response.status == 302)
        #expect(response.value(of: "Location") == "http://\(proxy.authority)/\(upstream.url("/0"))")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.app)
    }

    @Test(arguments: [
        (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (303, "PUT", "GET"),
        (303, "DELETE", "GET"),
        (303, "HEAD", "HEAD"), (301, "GET", "GET"), (301, "HEAD", "HEAD"), (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (307, "POST", "POST"), (308, "PUT", "PUT"), (308, "GET", "GET"),
    ])
    func `the method changes as in Fetch, and with it the body goes`(
        status: Int,
        method: String,
        then: String
    ) throws {
        let upstream = try ScriptedUpstream { request in
            request.target == "/a" ? Answer.redirect(status, to: "b") : Answer.text("arrived")
        }
        let body = ["POST", "PUT"].contains(method) ? "hello" : nil
        let fields = [origin(Policy.app), "Content-Type: text/x"]
        let response = try Shared.proxy.get().request(method, upstream.url("/a"), fields, body: body)
        #expect(response.status == 200, "\(response)")
        let request = try #require(upstream.requests.last)
        #expect(request.target == "/b")
        #expect(request.method == then)
        #expect(request.text == (method == then ? body ?? "" : ""))
        if method != then {
            #expect(request.value(of: "Content-Type") == nil)
            #expect(request.value(of: "Content-Length") == nil)
        }
    }

    @Test(arguments: [307, 308])
    func `a body up to 64 KB is replayed, a longer one hands the redirect back`(status: Int) throws {
        let upstream = try ScriptedUpstream { request in
            request.target == "/a" ? Answer.redirect(status, to: "/b") : Answer.text("\(request.body.count)")
        }
        let proxy = try Shared.proxy.get()
        let small = String(repeating: "x", count: 60_000)
        #expect(
            try proxy.request("POST", upstream.url("/a"), [origin(Policy.app)], body: small).text == "60000"
        )
        let large = String(repeating: "x", count: 70_000)
        let response = try proxy.request("POST", upstream.url("/a"), [origin(Policy.app)], body: large)
        #expect(response.status == status)
        #expect(response.value(of: "Location") == "http://\(proxy.authority)/\(upstream.url("/b"))")
        #expect(upstream.requests.map(\.target) == ["/a", "/b", "/a"])
    }

    @Test func `Authorization goes on to the same origin and nowhere else`() throws {
        let other = try ScriptedUpstream { _ in Answer.text("arrived") }
        let upstream = try ScriptedUpstream { request in
            switch request.target {
            case "/same": Answer.redirect(302, to: "/there")
            case "/other": Answer.redirect(302, to: other.url("/there"))
            default: Answer.text("arrived")
            }
        }
        let proxy = try Shared.proxy.get()
        let fields = [origin(Policy.app), "Authorization: Bearer secret"]
        #expect(try proxy.request("GET", upstream.url("/same"), fields).text == "arrived")
        #expect(
            upstream.requests.map { $0.value(of: "Authorization") } == ["Bearer secret", "Bearer secret"]
        )
        #expect(try proxy.request("GET", upstream.url("/other"), fields).text == "arrived")
        #expect(other.requests.map { $0.value(of: "Authorization") } == [nil])
        #expect(other.requests.first?.values(of: "Host") == [other.authority])
    }

    @Test func `fields that the configuration sets are not sent to another origin`() throws {
        let other = try ScriptedUpstream { _ in Answer.text("arrived") }
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: other.url("/")) }
        let proxy = try ProxyProcess(
            #"{"prefix": {"request": {"setHeaders": {"Authorization": "Bearer secret", "Cookie": "a=1"}}}}"#
        )
        #expect(try proxy.request("GET", upstream.url()).text == "arrived")
        let request = try #require(other.requests.first)
        #expect(request.value(of: "Authorization") == nil)
        #expect(request.value(of: "Cookie") == nil)
    }

    @Test func `C8 a cookie set on the way never shows`() throws {
        let upstream = try ScriptedUpstream { request in
            guard request.target == "/a" else { return Answer.text("arrived") }
            return "HTTP/1.1 302 Found\r\nLocation: /b\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
        }
        let response = try Shared.proxy.get().request("GET", upstream.url("/a"), [origin(Policy.app)])
        #expect(response.text == "arrived")
        #expect(response.value(of: "Set-Cookie") == nil)
        #expect(upstream.requests.last?.value(of: "Cookie") == nil)
    }

    @Test func `rewrite sends the browser through the proxy`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: "/b?c") }
        let proxy = try Shared.rewriting.get()
        let response = try proxy.request("GET", upstream.url("/a"), [origin(Policy.local)])
        #expect(response.status == 302)
        #expect(response.value(of: "Location") == "http://\(proxy.authority)/\(upstream.url("/b?c"))")
        #expect(upstream.requests.count == 1)
    }

    @Test func `pass leaves the redirect as it is`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: "/b?c") }
        let response = try Shared.passing.get().request("GET", upstream.url("/a"), [origin(Policy.local)])
        #expect(response.status == 302)
        #expect(response.value(of: "Location") == "/b?c")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
    }

    @Test(arguments: ["http://[::1", "http://", "//", "http://a b/", "http://h:99999/"])
    func `an invalid Location is passed as it is`(location: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: location) }
        let response = try Shared.proxy.get().request("GET", upstream.url(), [origin(Policy.app)])
        #expect(response.status == 302, "\(response)")
        #expect(response.value(of: "Location") == location)
        #expect(upstream.requests.count == 1)
    }

    @Test func `a redirect without Location is passed as it is`() throws {
        let upstream = try ScriptedUpstream { _ in "HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nok" }
        let response = try Shared.proxy.get().request("GET", upstream.url(), [origin(Policy.app)])
        #expect(response.status == 302)
        #expect(response.text == "ok")
    }

    @Test(arguments: [
        "ftp://example.com/", "file:///etc/passwd", "http://user:pw@127.0.0.1:1/", "javascript:alert(1)",
    ])
    func `a redirect to another scheme or with credentials is never followed`(location: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: location) }
        let response = try Shared.proxy.get().request("GET", upstream.url(), [origin(Policy.app)])
        #expect(response.errorCode?.hasPrefix("target-") == true || response.status == 302, "\(response)")
        #expect(response.status != 200)
        #expect(upstream.requests.count == 1)
    }

    @Test func `300, 304 and 305 are no redirects`() throws {
        for status in [300, 304, 305] {
            let upstream = try ScriptedUpstream { _ in Answer.redirect(status, to: "/b") }
            let response = try Shared.proxy.get().request("GET", upstream.url("/a"), [origin(Policy.app)])
            #expect(response.status == status)
            #expect(upstream.requests.count == 1)
        }
    }

    @Test func `the body of a redirect that is followed is not mixed up with the answer`() throws {
        let upstream = try ScriptedUpstream { request in
            guard request.target == "/a" else { return Answer.text("arrived") }
            return Answer.text(
                String(repeating: "moved ", count: 20_000),
                status: "302 Found",
                ["Location: /b"]
            )
        }
        let response = try Shared.proxy.get().request("GET", upstream.url("/a"), [origin(Policy.app)])
        #expect(response.text == "arrived")
    }
}
