import TestSupport
import Testing

/// Pages of a route run as an origin of their own only where nothing else is served under that origin.
@Suite struct RouteDocumentTests {
    /// An upstream that answers everything with a type of the caller's.
    private static func site(_ type: String = "text/html") throws -> ScriptedUpstream {
        try ScriptedUpstream { _ in
            "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: 2\r\nContent-Security-Policy: script-src *\r\n\r\nok"
        }
    }

    /// Two routes, of which the first has a host of its own.
    private static func proxy(_ site: ScriptedUpstream) throws -> ProxyProcess {
        try Gateway.proxy(
            Gateway.route("/cdn/", to: site.url(), #""name": "cdn""#),
            Gateway.route("/w/", to: site.url())
        )
    }

    private func policies(
        _ proxy: ProxyProcess,
        _ target: String,
        host: String = "localhost",
        _ fields: [String] = []
    ) throws -> [String] {
        try proxy.request("GET", target, host: host, fields).values(of: "Content-Security-Policy")
    }

    @Test(arguments: [
        "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml",
        "application/pdf",
        "application/rss+xml", "text/plain", "multipart/x-mixed-replace; boundary=a", "application/json",
    ])
    func `E6 an answer of a route is sandboxed wherever anything else is served, whatever its type`(
        type: String
    ) throws {
        let site = try Self.site(type)
        let proxy = try Self.proxy(site)
        for destination in [[], ["Sec-Fetch-Dest: iframe"]] {
            #expect(try policies(proxy, "cdn/x", destination).contains("sandbox"))
            #expect(try policies(proxy, "w/x", host: "other.localhost", destination).contains("sandbox"))
            #expect(try policies(proxy, "x", host: "cdn.localhost", destination) == ["script-src *"])
        }
        let rendered = try proxy.request("GET", "w/x", ["Sec-Fetch-Dest: document"])
        #expect(rendered.values(of: "X-Content-Type-Options") == ["nosniff"])
        withExtendedLifetime(site) {}
    }

    @Test func `E6 the only route runs as the proxy's origin, beside the help page`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let off = #""prefix": {"enabled": false}"#
        let alone = try Gateway.proxy(Gateway.route("/w/", to: upstream.url()), more: off)
        #expect(try policies(alone, "w/x") == [])
        #expect(try alone.request("GET", "").status == 200)
        let beside = try Gateway.proxy(Gateway.route("/w/", to: upstream.url()))
        #expect(try policies(beside, "w/x") == ["sandbox"])
        let own = try Gateway.proxy(Gateway.route("/w/", to: upstream.url(), #""documents": "own""#))
        #expect(try policies(own, "w/x") == [])
        #expect(try policies(own, upstream.url()) == ["sandbox"])
        let sandboxed = try Gateway.proxy(
            Gateway.route("/w/", to: upstream.url(), #""documents": "sandbox", "hosts": ["w.localhost"]"#),
            more: off
        )
        #expect(try policies(sandboxed, "w/x") == ["sandbox"])
        #expect(try policies(sandboxed, "x", host: "w.localhost") == ["sandbox"])
        withExtendedLifetime(upstream) {}
    }

    @Test func `E6 with --to pages of this machine run as the proxy's origin`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        var launch = ProxyProcess.Launch()
        launch.arguments += ["--to", upstream.url()]
        #expect(try policies(ProxyProcess(nil, launch), "x") == [])
        // The same upstream, by a name that is not this machine's.
        launch.arguments = ["--port", "0", "--to", "http://elsewhere.example:\(upstream.port)/"]
        let hosts = "{\"upstream\": {\"hosts\": {\"elsewhere.example\": \"127.0.0.1:\(upstream.port)\"}}}"
        let elsewhere = try ProxyProcess(hosts, launch)
        #expect(try elsewhere.request("GET", "x").text == "ok")
        #expect(try policies(elsewhere, "x") == ["sandbox"])
        withExtendedLifetime(upstream) {}
    }

    @Test(arguments: [["Sec-Fetch-Dest: serviceworker"], ["Service-Worker: script"]])
    func `E6 a route's service worker is served only where nothing else is`(fields: [String]) throws {
        let site = try Self.site("text/javascript")
        let proxy = try Self.proxy(site)
        for target in ["cdn/sw.js", "w/sw.js", site.url("/sw.js")] {
            let response = try proxy.request("GET", target, fields)
            #expect(response.errorCode == "service-worker-denied", "\(response)")
        }
        #expect(try proxy.request("GET", "sw.js", host: "cdn.localhost", fields).status == 200)
        withExtendedLifetime(site) {}
    }
}
