import TestSupport
import Testing

/// What scripts in the answers of one upstream can reach of the others, in a real browser.
@Suite(.enabled(if: Chromium.path != nil, "the browser tests of documents need Chromium"))
struct DocumentBrowserTests {
    /// A type that scripts run in, with what stands before and behind the script; `STILL` is an image's URL.
    struct ScriptedType: Sendable, CustomTestStringConvertible {
        let name: String
        let open: String
        let close: String

        var testDescription: String { name }

        func page(with script: String, still: String) -> String {
            open + script + close.replacing("STILL", with: still)
        }

        private static let xhtml = #"xmlns:h="http://www.w3.org/1999/xhtml""#
        private static let xml = ["application/xml", "text/xml"].map { name in
            ScriptedType(
                name: name,
                open: "<x><h:script \(xhtml)>//<![CDATA[\n",
                close: "\n//]]></h:script><h:img \(xhtml) src=\"STILL\"/></x>"
            )
        }

        static let all =
            [
                // The image is asked for only where no script may run.
                ScriptedType(
                    name: "text/html",
                    open: "<!doctype html><script>",
                    close: "</script><noscript><img src=\"STILL\"></noscript>"
                ),
                ScriptedType(
                    name: "application/xhtml+xml",
                    open:
                        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/></head><body><script>//<![CDATA[\n",
                    close: "\n//]]></script><img src=\"STILL\"/></body></html>"
                ),
                ScriptedType(
                    name: "image/svg+xml",
                    open: "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>//<![CDATA[\n",
                    close: "\n//]]></script><image href=\"STILL\" width=\"1\" height=\"1\"/></svg>"
                ),
            ] + xml
    }

    /// Asks one after the other, so that nothing behind it in the page is loaded before.
    private static func script(prefixed: String, report: String) -> String {
        """
        const ask = (method, url) => {
          const request = new XMLHttpRequest();
          try { request.open(method, url, false); request.send(); return request.status }
          catch (error) { return error.name }
        };
        const seen = [ask("GET", "/w/now"), ask("POST", "/shop/buy"), ask("GET", "/\(prefixed)")];
        ask("GET", "\(report)?" + seen);
        """
    }

    /// Opens an answer of the route `/cdn/`, and gives the first thing that it reports, and who else was asked.
    private static func opened(_ type: ScriptedType, _ route: String) throws -> (report: String, asked: Int) {
        let others = try ["sunny", "bought", "local"].map(ScriptedUpstream.named)
        let reports = try ScriptedUpstream.named("noted")
        let cdn = try ScriptedUpstream { _ in
            let script = script(prefixed: others[2].url("/"), report: reports.url("/ran"))
            let body = type.page(with: script, still: reports.url("/still"))
            return
                "HTTP/1.1 200 OK\r\nContent-Type: \(type.name)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        let secret = #""request": {"setHeaders": {"X-Api-Key": "${env:KEY}"}}"#
        let proxy = try Gateway.proxy(
            Gateway.route("/cdn/", to: cdn.url(), route),
            Gateway.route("/w/", to: others[0].url(), secret),
            Gateway.route("/shop/", to: others[1].url()),
            environment: ["KEY": "s3cr3t-weather-key"]
        )
        let browser = try Chromium()
        let page = try browser.openPage("http://127.0.0.1:\(proxy.port)/cdn/page")
        try eventually("the page has loaded what it shows") { !reports.requests.isEmpty }
        return try withExtendedLifetime(page) {
            let report = try #require(reports.targets.first)
            return (report, others.map(\.requests.count).reduce(0, +))
        }
    }

    @Test(arguments: ScriptedType.all)
    func `a script in an answer of one route reads no other, nor the prefix form`(type: ScriptedType) throws {
        let sandboxed = try Self.opened(type, #""name": "cdn""#)
        #expect(sandboxed.report == "/still")
        #expect(sandboxed.asked == 0)
        // Said by hand to run as the proxy's own origin, the same answer shows that its script is a real one.
        let own = try Self.opened(type, #""documents": "own""#)
        #expect(own.report == "/ran?200,200,200")
        #expect(own.asked == 3)
    }

    @Test func `a service worker is registered only under a host that serves nothing else`() throws {
        let site = try ScriptedUpstream { request in
            let type = request.target.hasSuffix(".js") ? "text/javascript" : "text/html"
            return "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: 4\r\n\r\n/**/"
        }
        let proxy = try Gateway.proxy(
            Gateway.route("/cdn/", to: site.url(), #""name": "cdn""#),
            Gateway.route("/own/", to: site.url(), #""documents": "own""#)
        )
        let browser = try Chromium()
        func register(_ path: String, at host: String, from start: String) throws -> String {
            try browser.openPage("http://\(host):\(proxy.port)/\(start)").evaluate(
                """
                navigator.serviceWorker.register("/\(path)")
                  .then(found => new URL(found.scope).pathname, error => error.name)
                """
            )
        }
        #expect(try register("sw.js", at: "cdn.localhost", from: "page") == "/")
        #expect(try register("cdn/sw.js", at: "127.0.0.1", from: "own/page") == "TypeError")
        // By hand, and then for its own path alone.
        #expect(try register("own/sw.js", at: "127.0.0.1", from: "own/page") == "/own/")
    }
}
