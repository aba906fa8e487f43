import Foundation
import TestSupport
import Testing

/// An application under a route's own host, in a real browser: it asks its own origin by every method.
@Suite(.enabled(if: Chromium.path != nil, "the browser tests of logins need Chromium"))
struct OwnOriginBrowserTests {
    /// The file of docs/gateway.md, "Cookies and logins", with an upstream of the test's in place of its own.
    private static func config(for site: ScriptedUpstream) throws -> String {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "../../docs/gateway.md").standardized
        let text = try String(contentsOf: path, encoding: .utf8)
        let section = try #require(text.firstRange(of: "## Cookies and logins\n"))
        let rest = text[section.upperBound...]
        let start = try #require(rest.firstRange(of: "```json\n")).upperBound
        let end = try #require(rest[start...].firstRange(of: "```")).lowerBound
        let json = String(rest[start..<end])
        try #require(json.contains("https://shop.example.com/"))
        return json.replacing("https://shop.example.com/", with: site.url("/"))
    }

    /// A shop whose login sets a cookie; everything else says what was asked, and by whom.
    private static func shop() throws -> ScriptedUpstream {
        try ScriptedUpstream { request in
            switch (request.method, request.target) {
            case ("GET", "/"):
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\n\r\n<p>welcome"
            case ("POST", "/login"):
                "HTTP/1.1 303 See Other\r\nLocation: /me\r\nSet-Cookie: sid=1; Path=/; HttpOnly; Secure\r\nContent-Length: 0\r\n\r\n"
            default:
                Answer.text(
                    "\(request.method) \(request.target) \(request.value(of: "Cookie") ?? "-") \(request.text)"
                )
            }
        }
    }

    private func run(_ script: String, in page: BrowserPage) throws -> String {
        try page.evaluate(
            "(async () => { try { return String(await (async () => { \(script) })()) } catch (e) { return e.name } })()"
        )
    }

    private func ask(_ method: String, _ path: String, in page: BrowserPage) throws -> String {
        try run("return (await fetch('\(path)', {method: '\(method)', body: 'x=1'})).text()", in: page)
    }

    @Test func `the login of the gateway's documentation works`() throws {
        let site = try Self.shop()
        let proxy = try ProxyProcess(Self.config(for: site))
        let browser = try Chromium()
        // Under its own host, and on its path, where nothing else is served.
        for (host, base) in [("shop.localhost", "/"), ("127.0.0.1", "/shop/")] {
            let page = try browser.openPage("http://\(host):\(proxy.port)\(base)")
            #expect(try ask("POST", "\(base)login", in: page) == "GET /me sid=1 ")
            for method in ["POST", "PUT", "DELETE", "PATCH", "PURGE"] {
                #expect(try ask(method, "\(base)items/1", in: page) == "\(method) /items/1 sid=1 x=1")
            }
            let posted = try run(
                """
                const frame = document.createElement("iframe");
                frame.name = "answer";
                const form = document.createElement("form");
                Object.assign(form, {method: "post", action: "\(base)form", target: "answer"});
                form.innerHTML = "<input name=a value=b>";
                document.body.append(frame, form);
                const done = new Promise(resolve => frame.addEventListener("load", resolve, {once: true}));
                form.submit();
                await done;
                return frame.contentDocument.body.textContent
                """,
                in: page
            )
            #expect(posted == "POST /form sid=1 a=b")
        }
    }

    @Test func `no other page asks by that login`() throws {
        let site = try Self.shop()
        let pages = try PageServer()
        let proxy = try ProxyProcess(Self.config(for: site))
        let browser = try Chromium()
        let asked = site.requests.count
        for host in ["127.0.0.1", "other.localhost", "page.example"] {
            let page = try browser.openPage("http://\(host):\(pages.port)/")
            for base in ["http://shop.localhost:\(proxy.port)/", "http://127.0.0.1:\(proxy.port)/shop/"] {
                #expect(try ask("POST", "\(base)login", in: page) == "TypeError")
                #expect(try ask("DELETE", "\(base)items/1", in: page) == "TypeError")
                let blind = try run(
                    "return (await fetch('\(base)login', {method: 'POST', mode: 'no-cors'})).type",
                    in: page
                )
                #expect(blind == "opaque")
            }
        }
        #expect(site.requests.count == asked)
    }
}
