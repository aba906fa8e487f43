import TestSupport
import Testing

/// Cookies through the proxy: a login works, and no target sees another one's.
@Suite struct CookieTests {
    private static let cors = #""cors": {"allowedOrigins": ["http://localhost:*"], "allowCredentials": true}"#

    /// A site with a login: it sets a cookie in the way given, knows it again, and takes it back.
    static func site(_ user: String, _ attributes: String = "; Path=/; HttpOnly") throws -> ScriptedUpstream {
        try ScriptedUpstream { request in
            switch request.target.split(separator: "?").first?.split(separator: "/").last {
            case "login": Answer.text("hello", ["Set-Cookie: sid=\(user)\(attributes)"])
            case "logout": Answer.text("bye", ["Set-Cookie: sid=\(attributes); Max-Age=0"])
            default: Answer.text("cookies: \(request.values(of: "Cookie").joined(separator: " | "))")
            }
        }
    }

    /// One request of a browser that keeps cookies.
    private static func ask(
        _ proxy: ProxyProcess,
        _ target: String,
        _ jar: inout CookieJar,
        _ method: String = "GET"
    ) throws -> RawResponse {
        let fields = [origin(Policy.local)] + jar.fields(for: "/\(target)")
        let response = try proxy.request(method, target, fields, body: method == "POST" ? "user=me" : nil)
        jar.take(response, for: "/\(target)")
        return response
    }

    @Test(arguments: [
        "; Path=/; HttpOnly", "", "; Path=/v2", "; Path=/v2/; Secure; SameSite=None",
        "; SameSite=Strict; Path=/",
        "; Domain=127.0.0.1; Path=/; Secure", "; Max-Age=3600",
        "; Expires=Fri, 01 Jan 2100 00:00:00 GMT; path=/",
        "; Path=\"/\"", "; Secure; HttpOnly; SameSite=None; Partitioned", "; path=/v2/a/..; path=/",
    ])
    func `a login through a route is recognised, and a logout ends it`(attributes: String) throws {
        let site = try Self.site("ann", attributes)
        let proxy = try Gateway.proxy(Gateway.route("/r/", to: site.url("/v2/")), more: Self.cors)
        var jar = CookieJar()
        #expect(try Self.ask(proxy, "r/me", &jar).text == "cookies: ")
        let login = try Self.ask(proxy, "r/login", &jar, "POST")
        #expect(login.text == "hello")
        #expect(login.values(of: "Access-Control-Allow-Credentials") == ["true"])
        #expect(try Self.ask(proxy, "r/me", &jar).text == "cookies: sid=ann", "\(login)")
        #expect(try Self.ask(proxy, "r/logout", &jar, "POST").text == "bye")
        #expect(try Self.ask(proxy, "r/me", &jar).text == "cookies: ")
        #expect(jar.isEmpty)
    }

    @Test(arguments: ["; Path=/; HttpOnly", "", "; Domain=127.0.0.1; Secure; SameSite=None; Path=/"])
    func `a login through the prefix form is recognised, and a logout ends it`(attributes: String) throws {
        let site = try Self.site("ann", attributes)
        let proxy = try ProxyProcess("{\(Self.cors)}")
        var jar = CookieJar()
        _ = try Self.ask(proxy, site.url("/login"), &jar, "POST")
        #expect(try Self.ask(proxy, site.url("/me"), &jar).text == "cookies: sid=ann")
        #expect(try Self.ask(proxy, site.url("/logout"), &jar, "POST").text == "bye")
        #expect(try Self.ask(proxy, site.url("/me"), &jar).text == "cookies: ")
    }

    @Test(arguments: ["; Path=/", "", "; Path=/; Domain=127.0.0.1"])
    func `two targets do not see each other's cookies`(attributes: String) throws {
        let first = try Self.site("ann", attributes)
        let second = try Self.site("bob", attributes)
        let third = try Self.site("eve", attributes)
        let proxy = try Gateway.proxy(
            Gateway.route("/one/", to: first.url()),
            Gateway.route("/one/two/", to: second.url()),
            Gateway.route("/onetwo/", to: third.url()),
            more: Self.cors
        )
        var jar = CookieJar()
        for target in ["one/login", "one/two/login", "onetwo/login"] { _ = try Self.ask(proxy, target, &jar) }
        #expect(try Self.ask(proxy, "one/me", &jar).text == "cookies: sid=ann")
        #expect(try Self.ask(proxy, "one/two/me", &jar).text == "cookies: sid=bob")
        #expect(try Self.ask(proxy, "onetwo/me", &jar).text == "cookies: sid=eve")
        #expect(
            try Self.ask(proxy, first.url("/me"), &jar).text == "cookies: ",
            "the prefix form is another place"
        )
    }

    @Test(arguments: [true, false])
    func `targets of the prefix form do not see each other's cookies, however they are spelt`(hasPath: Bool)
        throws
    {
        let first = try ScriptedUpstream { request in
            Answer.text(
                "\(request.value(of: "Cookie") ?? "-")",
                ["Set-Cookie: sid=ann\(hasPath ? "; Path=/" : "")"]
            )
        }
        let second = try ScriptedUpstream.named("second")
        let proxy = try ProxyProcess("{\(Self.cors)}")
        var jar = CookieJar()
        for target in [
            first.url(""), first.url("/"), first.url("/a/b"), first.authority, "//\(first.authority)",
            "HTTP://\(first.authority)/x", "\(first.authority)/x", "\(first.authority)?q",
        ] {
            _ = try Self.ask(proxy, target, &jar)
            for other in [
                second.url(""), second.url("/a/b"), second.authority, "//\(second.authority)",
                "HTTP://\(second.authority)/x", "\(second.authority)/x",
            ] {
                #expect(try Self.ask(proxy, other, &jar).text == "second")
            }
        }
        for request in second.requests { #expect(request.value(of: "Cookie") == nil, "\(request.head)") }
        #expect(first.requests.contains { $0.value(of: "Cookie")?.contains("sid=ann") == true })
    }

    @Test func `attributes are mended to what the listener can carry`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text(
                "ok",
                [
                    "Set-Cookie: a=1; Domain=.127.0.0.1; Path=/v2/deep; Secure; HttpOnly; SameSite=None; Max-Age=9",
                    "Set-Cookie: b=x=y,z; Expires=Fri, 01 Jan 2100 00:00:00 GMT; SameSite=Strict",
                    "Set-Cookie2: c=3",
                ]
            )
        }
        let proxy = try Gateway.proxy(Gateway.route("/r/", to: upstream.url("/v2/")), more: Self.cors)
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
        let fields = response.values(of: "Set-Cookie")
        try #require(fields.count == 2, "\(response)")
        let first = CookieJar.attributes(fields[0])
        // The name may have got something before it that tells targets apart.
        #expect(fields[0].split(separator: ";").first?.hasSuffix("a=1") == true)
        #expect(first["domain"] == nil && first["secure"] == nil, "\(fields[0])")
        #expect(first["samesite"]?.lowercased() != "none")
        #expect(first["httponly"] != nil && first["max-age"] == "9")
        #expect(first["path"] == "/r/deep")
        let second = CookieJar.attributes(fields[1])
        #expect(fields[1].split(separator: ";").first?.hasSuffix("b=x=y,z") == true)
        #expect(second["expires"] == "Fri, 01 Jan 2100 00:00:00 GMT")
        #expect(second["samesite"]?.lowercased() == "strict")
        #expect(second["path"].map { ["/r", "/r/"].contains($0) } == true, "\(fields[1])")
        #expect(response.value(of: "Set-Cookie2") == nil)
    }

    @Test(arguments: [
        "a=1; Domain=example.com", "a=1; Domain=com", "__Host-a=1; Path=/; Secure",
        "__Secure-a=1; Path=/; Secure",
        "a=1; Path=/elsewhere", "__host-a=1; Path=/; Secure", "=1", "a\u{1}=1",
    ])
    func `what cannot be kept safe is not set for any other place`(cookie: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok", ["Set-Cookie: \(cookie)"]) }
        let other = try ScriptedUpstream.named("other")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url("/v2/")),
            Gateway.route("/other/", to: other.url()),
            more: Self.cors
        )
        var jar = CookieJar()
        _ = try Self.ask(proxy, "r/x", &jar)
        for target in ["r/x", "r/", "other/x", "elsewhere", "elsewhere/x", ""] {
            #expect(jar.fields(for: "/\(target)") == [], "\(target)")
        }
    }

    @Test func `a cookie does not follow a redirect to another origin`() throws {
        let other = try Self.site("eve")
        let site = try ScriptedUpstream { request in
            switch request.target {
            case "/login": Answer.text("hello", ["Set-Cookie: sid=ann; Path=/"])
            case "/same": Answer.redirect(302, to: "/me")
            case "/cross": Answer.redirect(302, to: other.url("/me"))
            default: Answer.text("cookies: \(request.value(of: "Cookie") ?? "")")
            }
        }
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: site.url(), #""redirects": {"mode": "follow"}"#),
            more: Self.cors
        )
        var jar = CookieJar()
        _ = try Self.ask(proxy, "r/login", &jar)
        #expect(try Self.ask(proxy, "r/same", &jar).text == "cookies: sid=ann")
        #expect(try Self.ask(proxy, "r/cross", &jar).text == "cookies: ")
        #expect(other.requests.count == 1)
    }

    @Test func `a cookie that no target has set goes to none`() throws {
        let site = try Self.site("ann")
        let proxy = try Gateway.proxy(Gateway.route("/r/", to: site.url()), more: Self.cors)
        // Cookies know no ports: a browser sends those of a page's own server on the same host too.
        let fields = [origin(Policy.local), "Cookie: session=of-the-page; sid=too"]
        for target in ["r/me", site.url("/me")] {
            #expect(try proxy.request("GET", target, fields).text == "cookies: ", "\(target)")
        }
    }

    @Test func `without credentials, or where strip is said, cookies are taken off both ways`() throws {
        let site = try Self.site("ann")
        let credentials = #""cors": {"allowCredentials": true}"#
        let proxy = try Gateway.proxy(
            Gateway.route("/none/", to: site.url()),
            Gateway.route("/strip/", to: site.url(), "\(credentials), \"cookies\": \"strip\""),
            Gateway.route("/own/", to: site.url(), credentials)
        )
        for route in ["none", "strip"] {
            let login = try proxy.request("POST", "\(route)/login", [origin(Policy.local)], body: "x")
            #expect(login.value(of: "Set-Cookie") == nil)
            let me = try proxy.request("GET", "\(route)/me", [origin(Policy.local), "Cookie: sid=ann"])
            #expect(me.text == "cookies: ")
        }
        let login = try proxy.request("POST", "own/login", [origin(Policy.local)], body: "x")
        #expect(login.value(of: "Set-Cookie") != nil)
    }

    @Test func `C8 rescope without credentials is refused, but for hosts of the route's own`() throws {
        let rescope = #""cookies": "rescope""#
        let text = try Gateway.refusal(of: Gateway.config([Gateway.route("/r/", to: "http://h/", rescope)]))
        #expect(text.contains("routes[0].cookies") && text.contains("allowCredentials"), "\(text)")
        #expect(try Gateway.refusal(of: "{\"prefix\": {\(rescope)}}").contains("prefix.cookies"))
        _ = try Gateway.proxy(
            Gateway.route("/r/", to: "http://h/", #"\#(rescope), "hosts": ["r.localhost"]"#)
        )
    }
}
