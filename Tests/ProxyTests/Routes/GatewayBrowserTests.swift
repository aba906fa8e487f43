import Foundation
import TestSupport
import Testing

/// The gateway as a real browser sees it.
@Suite(.enabled(if: Chromium.path != nil, "the gateway's browser tests need Chromium"))
struct GatewayBrowserTests {
    private static let key = "s3cr3t-weather-key"

    /// Runs the body of an async function in a page, and gives what it returns or the name of what it throws.
    private func run(_ script: String, in page: BrowserPage) throws -> String {
        try page.evaluate(
            "(async () => { try { return String(await (async () => { \(script) })()) } catch (e) { return e.name } })()"
        )
    }

    @Test func `the key of a route serves the pages of its origin alone, and is seen nowhere`() throws {
        let elsewhere = try ScriptedUpstream.named("elsewhere")
        let api = try ScriptedUpstream { request in
            request.target.hasPrefix("/v2/moved")
                ? Answer.redirect(302, to: elsewhere.url("/x")) : Answer.text("sunny")
        }
        let pages = try PageServer()
        // Of this machine, so that nobody on the way can change the page that uses the secret.
        let app = "http://app.localhost:\(pages.port)"
        // The second use that the example shows, with the servers of this test in the places of its own.
        var config = try ExampleFileTests.text
        for (theirs, ours) in [
            ("\"port\": 8080", "\"port\": 0"), ("https://api.weather.example/v2/", api.url("/v2/")),
            ("https://app.example.com\"", "\(app)\""), ("\"level\": \"info\"", "\"level\": \"trace\""),
        ] {
            try #require(config.contains(theirs), "\(theirs)")
            config = config.replacing(theirs, with: ours)
        }
        let proxy = try Gateway.start(config, environment: ["WEATHER_KEY": Self.key, "WEATHER_ID": Self.key])
        let weather = "http://127.0.0.1:\(proxy.port)/weather"
        let browser = try Chromium()

        let page = try browser.openPage("\(app)/")
        let seen = try run(
            """
            const response = await fetch("\(weather)/now?city=Oslo", {headers: {"X-Requested-With": "fetch"}});
            return response.status + " " + await response.text() + " " + [...response.headers].join(" ");
            """,
            in: page
        )
        #expect(seen.hasPrefix("200 sunny"), "\(seen)")
        #expect(api.requests.map { $0.value(of: "Authorization") } == ["Bearer \(Self.key)"])
        #expect(api.targets == ["/v2/now?city=Oslo&appid=\(Self.key)"])
        // The redirect leads out of the proxy's reach, to a server that knows nothing of CORS.
        #expect(try run("return (await fetch('\(weather)/moved')).text()", in: page) == "TypeError")
        let there = try #require(elsewhere.requests.first)
        #expect(!"\(there.head)".contains(Self.key))

        let asked = api.requests.count
        let stranger = try browser.openPage("http://evil.example:\(pages.port)/")
        #expect(try run("return (await fetch('\(weather)/now')).text()", in: stranger) == "TypeError")
        let opaque = try run("return (await fetch('\(weather)/now', {mode: 'no-cors'})).type", in: stranger)
        #expect(opaque == "opaque")
        let posted = try run(
            """
            const frame = document.createElement("iframe");
            frame.name = "answer";
            document.body.append(frame);
            const form = document.createElement("form");
            Object.assign(form, {method: "POST", action: "\(weather)/now", target: "answer"});
            document.body.append(form);
            const done = new Promise(resolve => frame.addEventListener("load", resolve, {once: true}));
            form.submit();
            await done;
            return "posted";
            """,
            in: stranger
        )
        #expect(posted == "posted")
        _ = try proxy.logLines(with: "POST")
        #expect(try proxy.logLines(with: "POST").allSatisfy { $0.contains("403") })
        let forged = try proxy.request("GET", "weather/now", host: "evil.example")
        #expect(forged.status == 421)
        #expect(api.requests.count == asked)
        for text in [
            seen, "\(forged.head)\(forged.text)", proxy.child.standardOutput, proxy.child.standardError,
        ] {
            #expect(!text.contains(Self.key), "\(text)")
        }
    }

    @Test func `a login works, a logout ends it, and two targets do not see each other's cookies`() throws {
        let first = try CookieTests.site("ann", "; Path=/; Domain=127.0.0.1; Secure; SameSite=None")
        let second = try CookieTests.site("bob", "; Path=/; HttpOnly")
        let pages = try PageServer()
        let proxy = try Gateway.proxy(
            Gateway.route("/one/", to: first.url()),
            Gateway.route("/two/", to: second.url()),
            more: #""cors": {"allowedOrigins": ["http://proxy.localhost:*"], "allowCredentials": true}"#
        )
        let base = "http://proxy.localhost:\(proxy.port)"
        let page = try Chromium().openPage("http://proxy.localhost:\(pages.port)/")
        func ask(_ target: String, _ method: String = "GET") throws -> String {
            try run(
                """
                const options = {method: "\(method)", credentials: "include"};
                if (options.method === "POST") options.body = new URLSearchParams({user: "me"});
                return (await fetch("\(base)/\(target)", options)).text();
                """,
                in: page
            )
        }
        for (one, two) in [("one/", "two/"), (first.url("/"), second.url("/"))] {
            #expect(try ask("\(one)me") == "cookies: ")
            #expect(try ask("\(one)login", "POST") == "hello")
            #expect(try ask("\(one)me") == "cookies: sid=ann")
            #expect(try ask("\(two)me") == "cookies: ")
            #expect(try ask("\(two)login", "POST") == "hello")
            #expect(try ask("\(two)me") == "cookies: sid=bob")
            #expect(try ask("\(one)me") == "cookies: sid=ann")
            #expect(try ask("\(one)logout", "POST") == "bye")
            #expect(try ask("\(one)me") == "cookies: ")
            #expect(try ask("\(two)me") == "cookies: sid=bob")
        }
        #expect(try run("return document.cookie", in: page) == "")
    }

    @Test func `a route under a name of its own is a site of its own`() throws {
        let site = try ScriptedUpstream { request in
            switch request.target {
            case "/":
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\nSet-Cookie: sid=1; Path=/; HttpOnly\r\n\r\n<p>a"
            case "/api/start": Answer.redirect(302, to: "/api/me")
            default: Answer.text("\(request.target) \(request.value(of: "Cookie") ?? "-")")
            }
        }
        let proxy = try Gateway.proxy(
            Gateway.route("/gh/", to: site.url("/"), #""name": "github", "hosts": ["github.localhost"]"#),
            Gateway.route("/other/", to: site.url("/"), #""name": "other", "hosts": ["other.localhost"]"#)
        )
        let page = try Chromium().openPage("http://github.localhost:\(proxy.port)/")
        #expect(try run("return (await fetch('/api/me')).text()", in: page) == "/api/me sid=1")
        let moved = try run(
            "const r = await fetch('/api/start'); return r.url + ' ' + await r.text()",
            in: page
        )
        #expect(moved == "http://github.localhost:\(proxy.port)/api/me /api/me sid=1")
    }

    @Test func `a page under a route's own name reads its own upstream and no other`() throws {
        let site = try ScriptedUpstream { request in
            request.target == "/"
                ? "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>a"
                : Answer.text("\(request.target) \(request.value(of: "Cookie") ?? "-")")
        }
        let other = try ScriptedUpstream { Answer.text("\($0.method) \($0.value(of: "Cookie") ?? "-")") }
        // Its policy is the default one, which allows http://*.localhost:*.
        let names = #""name": "named", "hosts": ["named.localhost"]"#
        let own = #""allowedOrigins": ["http://github.localhost:*"]"#
        let proxy = try Gateway.proxy(
            Gateway.route("/gh/", to: site.url("/"), #""name": "github", "hosts": ["github.localhost"]"#),
            Gateway.route("/other/", to: other.url("/"), #""name": "other", "hosts": ["other.localhost"]"#),
            Gateway.route("/named/", to: other.url("/"), "\(names), \"cors\": {\(own)}")
        )
        let page = try Chromium().openPage("http://github.localhost:\(proxy.port)/")
        func ask(_ url: String, _ options: String = "{}") throws -> String {
            try run("return (await fetch('\(url)', \(options))).text()", in: page)
        }
        // A POST tells its Origin to the page's own origin too.
        #expect(try ask("/form", "{method: 'POST', body: 'x'}") == "/form -")
        #expect(try ask("http://127.0.0.1:\(proxy.port)/gh/x") == "/x -")
        #expect(other.openedConnections == 0)
        for url in ["other.localhost:\(proxy.port)/x", "127.0.0.1:\(proxy.port)/other/x"] {
            #expect(try ask("http://\(url)") == "TypeError", "\(url)")
            #expect(try ask("http://\(url)", "{method: 'PUT', body: 'x'}") == "TypeError", "\(url)")
            // A simple POST needs no leave of the browser.
            let options = "{method: 'POST', mode: 'no-cors', body: 'x'}"
            #expect(["", "TypeError"].contains(try ask("http://\(url)", options)), "\(url)")
        }
        #expect(try ask("http://127.0.0.1:\(proxy.port)/\(other.url("/x"))") == "TypeError")
        #expect(other.openedConnections == 0)
        #expect(try ask("http://named.localhost:\(proxy.port)/x", "{credentials: 'same-origin'}") == "GET -")
    }
}
