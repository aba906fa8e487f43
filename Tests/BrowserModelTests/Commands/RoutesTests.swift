import TestSupport
import Testing

/// `--via` for what the proxy of a configuration serves itself.
@Suite struct RoutesTests {
    private let upstream: ScriptedUpstream
    private let folder: TemporaryFolder
    private static let page = "https://app.example"

    init() throws {
        upstream = try ScriptedUpstream { request in
            Answer.text("ok", ["X-Path: \(request.target)", "X-Host: \(request.value(of: "Host") ?? "")"])
        }
        folder = try TemporaryFolder()
    }

    /// A proxy with a route that another origin than the global one may use.
    private func configuration(_ more: String = "") -> String {
        """
        {\(more) "cors": {"allowedOrigins": ["http://localhost:5173"]},
         "routes": [{"name": "weather", "path": "/weather/", "target": "\(upstream.url("/v2/"))",
                     "hosts": ["weather.localhost", "weather.example.com"],
                     "cors": {"allowedOrigins": ["\(Self.page)"]}}]}
        """
    }

    private func explain(
        _ url: String,
        from page: String = Self.page,
        by configuration: String,
        _ options: String...
    ) throws -> ExplainOutput {
        let file = try folder.write(configuration, to: "corsway.json")
        let (exit, output) = try ExplainOutput.run([url, "--from", page, "--via", file] + options)
        #expect(exit == .status(output.allowed ? 0 : 1), "\(url)")
        return output
    }

    @Test(arguments: [
        ("/weather/today?q=1", "http://localhost:8080/weather/today?q=1"),
        ("/weather", "http://localhost:8080/weather"),
        ("http://localhost:8080/weather/today", "http://localhost:8080/weather/today"),
        ("http://127.0.0.1:8080/weather/today", "http://127.0.0.1:8080/weather/today"),
        ("weather.localhost/today", "http://weather.localhost:8080/today"),
        ("weather.localhost", "http://weather.localhost:8080/"),
        ("weather.localhost:8080/today", "http://weather.localhost:8080/today"),
        ("http://weather.localhost/today", "http://weather.localhost:8080/today"),
        ("http://weather.localhost:8080/today", "http://weather.localhost:8080/today"),
    ])
    func `a URL, a path and a name of the proxy are asked as the page would`(
        text: String,
        url: String
    ) throws {
        let output = try explain(text, by: configuration())
        let view = try #require(output.views.first)
        #expect(view.url == url)
        #expect(output.allowed, "by the policy of the route: \(view.remark ?? "")")
        #expect(view.status == 200)
        #expect(upstream.requests.count == 1)
        #expect(upstream.requests.first?.target.hasPrefix("/v2") == true)
    }

    @Test func `the policy of the route decides, and its key is named`() throws {
        let output = try explain("/weather/today", from: "http://localhost:5173", by: configuration())
        let view = try #require(output.views.first)
        #expect(output.verdict == "MissingAllowOriginHeader")
        #expect(view.configurationKey == "routes[0].cors")
        #expect(
            view.configuration
                == #""cors": { "allowedOrigins": ["https://app.example", "http://localhost:5173"] }"#
        )
    }

    @Test func `credentials are to be allowed by the policy of the route, not by that of all`() throws {
        let output = try explain("/weather/today", by: configuration(), "--credentials")
        let view = try #require(output.views.first)
        #expect(view.configurationKey == "routes[0].cors")
        #expect(view.configuration == #""cors": { "allowCredentials": true }"#)
    }

    @Test func `a URL of another server goes by the prefix form, whatever port it has`() throws {
        let output = try explain(upstream.url("/x"), from: "http://localhost:5173", by: configuration())
        #expect(output.views.first?.url == "http://localhost:8080/\(upstream.url("/x"))")
        #expect(output.allowed)
    }

    @Test func `without the prefix form a target is asked by its route`() throws {
        let configuration = configuration(#""prefix": {"enabled": false},"#)
        let output = try explain(upstream.url("/v2/today?q"), by: configuration)
        #expect(output.views.first?.url == "http://localhost:8080/weather/today?q")
        #expect(upstream.requests.first?.target == "/v2/today?q")
    }

    @Test func `a route's path stands below the base path`() throws {
        let configuration = configuration(#""basePath": "/cors/","#)
        for text in ["/weather/today", "/cors/weather/today"] {
            let output = try explain(text, by: configuration)
            #expect(output.views.first?.url == "http://localhost:8080/cors/weather/today")
            #expect(output.allowed)
        }
    }

    @Test func `a name at another scheme than the listener's is that of a server in front`() throws {
        let url = "https://weather.example.com/today"
        let trusted = try explain(url, by: configuration(#""trustedProxies": ["127.0.0.1"],"#))
        #expect(trusted.views.first?.url == url)
        #expect(trusted.allowed)
        #expect(upstream.requests.last?.value(of: "X-Forwarded-Proto") == "https")
        #expect(upstream.requests.last?.value(of: "X-Forwarded-Host") == "weather.example.com")
        // Nobody vouches for what comes: loopback targets are closed to it, as in the server.
        let foreign = try explain(url, by: configuration())
        #expect(!foreign.allowed)
        #expect(foreign.views.first?.proxyError == "private-address")
        #expect(foreign.views.first?.remark?.contains("trustedProxies") == true)
    }

    @Test func `what leads nowhere is an error of the proxy's own, and no success`() throws {
        let output = try explain(
            "/no/such/route",
            from: "http://localhost:5173",
            by: configuration(#""prefix": {"enabled": false},"#)
        )
        #expect(!output.allowed)
        #expect(output.views.first?.proxyError != nil)
    }

    @Test func `a path without a file is bad usage, and so is what is no name of the proxy`() throws {
        let file = try folder.write("{}", to: "corsway.json")
        for arguments in [["/weather/"], ["api.example", "--via", file]] {
            let (exit, output, error) = try CorswayProgram.run(
                ["explain"] + arguments + ["--from", Self.page]
            )
            #expect(exit == .status(2))
            #expect(output.isEmpty)
            #expect(error.contains("Write it whole"))
        }
    }

    // MARK: The server's own answer

    @Test(arguments: [
        "Content-Length: 2\r\nContent-Length: 3", "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked, chunked", "Content-Length: two", "X A: b", "X-A: b\r\n folded",
    ])
    func `an answer that the server refuses is a 502 here too`(lines: String) throws {
        let upstream = try ScriptedUpstream { _ in
            "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\(lines)\r\n\r\nok"
        }
        let file = try folder.write("{}", to: "corsway.json")
        let page = "http://localhost:5173"
        let (exit, output) = try ExplainOutput.run([upstream.url(), "--from", page, "--via", file])
        #expect(exit == .status(1))
        #expect(output.views.first?.status == 502)
        #expect(output.views.first?.proxyError == "upstream-invalid-response")
        let response = try ProxyProcess().request("GET", upstream.url(), ["Origin: \(page)"])
        #expect(response.head.status == 502)
    }

    @Test func `a target that the server hides is hidden here too`() throws {
        let secret = "s3cr3t-path-of-the-hook"
        let configuration = """
            {"routes": [{"path": "/hook/", "target": "http://127.0.0.1:1/${file:secret}/"}]}
            """
        _ = try folder.write(secret, to: "secret")
        let file = try folder.write(configuration, to: "corsway.json")
        for form in [["--json"], []] {
            let (exit, output, error) = try CorswayProgram.run(
                ["explain", "/hook/x", "--from", "http://localhost:5173", "--via", file] + form
            )
            #expect(exit == .status(1))
            #expect(output.contains("upstream-connect"))
            #expect(output.contains("The route's target could not be asked."))
            #expect(!(output + error).contains(secret))
            #expect(!(output + error).contains("127.0.0.1:1"))
        }
    }

    @Test func `header rules, injected secrets and redirects are the server's`() throws {
        let upstream = try ScriptedUpstream { request in
            request.target == "/v2/first"
                ? Answer.redirect(302, to: "/v2/last") : Answer.text("ok", ["X-Gone: 1"])
        }
        let configuration = """
            {"routes": [{"path": "/w/", "target": "\(upstream.url("/v2/"))",
               "request": {"setHeaders": {"X-Api-Key": "${file:key}"}},
               "response": {"removeHeaders": ["X-Gone"], "setHeaders": {"X-New": "1"}}}]}
            """
        _ = try folder.write("k3y-of-the-upstream", to: "key")
        let output = try explain("/w/first", from: "http://localhost:5173", by: configuration)
        let view = try #require(output.views.first)
        #expect(view.steps.contains { $0.step == "redirect" && $0.summary.contains("/w/last") })
        #expect(view.readableHeaders.contains("x-new"))
        #expect(!view.readableHeaders.contains("x-gone"))
        let keys = upstream.requests.map { $0.value(of: "X-Api-Key") }
        #expect(keys == ["k3y-of-the-upstream", "k3y-of-the-upstream"])
    }

    @Test func `nothing of the configuration's log is touched`() throws {
        let configuration = #"{"log": {"file": "access.log"}}"#
        _ = try explain(upstream.url(), from: "http://localhost:5173", by: configuration)
        #expect(folder.text(of: "access.log").isEmpty)
    }

    @Test(arguments: [
        ("HTTP/1.1 407 Who\r\n", "net::ERR_UNEXPECTED_PROXY_AUTH"),
        (
            "HTTP/1.1 200 OK\r\nLocation: /a\r\nLocation: /b\r\n",
            "net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION"
        ),
    ])
    func `what the proxy hands on and no browser takes is blocked`(head: String, verdict: String) throws {
        let upstream = try ScriptedUpstream { _ in "\(head)Content-Length: 2\r\n\r\nok" }
        let output = try explain(upstream.url(), from: "http://localhost:5173", by: "{}")
        #expect(output.verdict == verdict)
    }

    @Test func `where the proxy does not listen nothing answers, and nothing is made a target`() throws {
        let output = try explain(
            "http://[::1]:18347/weather/",
            from: "http://localhost:5173",
            by: configuration(#""listen": {"port": 18347},"#)
        )
        #expect(output.views.first?.url == "http://[::1]:18347/weather/")
        #expect(output.verdict == "net::ERR_CONNECTION_REFUSED")
    }
}
