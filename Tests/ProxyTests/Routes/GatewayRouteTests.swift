import TestSupport
import Testing

@Suite struct GatewayRouteTests {
    @Test(arguments: [
        ("api/v2/x", "deep"), ("api/v2", "deep"), ("api/v2?y", "deep"), ("api/v2/", "deep"),
        ("api/x", "shallow"), ("api", "shallow"), ("api?y", "shallow"), ("api/v20", "shallow"),
        ("apix", "root"), ("api2/v2/x", "root"), ("", "root"), ("x", "root"),
    ])
    func `the longest path wins, by whole segments`(target: String, name: String) throws {
        let root = try ScriptedUpstream.named("root")
        let shallow = try ScriptedUpstream.named("shallow")
        let deep = try ScriptedUpstream.named("deep")
        let routes = [
            Gateway.route("/api/", to: shallow.url()), Gateway.route("/", to: root.url()),
            Gateway.route("/api/v2/", to: deep.url()),
        ]
        for order in [routes, routes.reversed()] {
            let response = try ProxyProcess(Gateway.config(order)).request("GET", target)
            #expect(response.text == name, "\(response)")
        }
    }

    @Test(arguments: [
        ("redir", 200), ("redir/x", 200), ("redir?y", 200), ("redir/", 200), ("redirect", 404),
        ("Redir", 404),
        ("redi", 404), ("x/redir", 404), ("%72edir", 404),
    ])
    func `a path without a slash at its end matches whole segments too`(target: String, status: Int) throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/redir", to: upstream.url("/base")),
            more: #""prefix": {"enabled": false}"#
        )
        let response = try proxy.request("GET", target, [origin(Policy.local)])
        // A spelling that a server could read as the route may be refused as ambiguous.
        #expect(response.status == status || (target.contains("%") && response.status == 400), "\(response)")
        #expect(upstream.requests.count == (status == 200 ? 1 : 0))
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
    }

    @Test(arguments: [
        ("/weather/", "/v2/", "weather/", "/v2/"),
        ("/weather/", "/v2/", "weather/a/b?c=d", "/v2/a/b?c=d"),
        ("/weather/", "/", "weather/a", "/a"),
        ("/weather/", "", "weather/a", "/a"),
        ("/weather", "/v2", "weather/a", "/v2/a"),
        ("/weather", "/v2", "weather", "/v2"),
        ("/weather", "/v2", "weather?q", "/v2?q"),
        ("/weather", "/v2/", "weather/a", "/v2/a"),
        ("/weather/", "/v2", "weather/a", "/v2/a"),
        ("/", "/v2/", "a?b", "/v2/a?b"),
    ])
    func `the rest of the path is joined to the target by one slash`(
        path: String,
        base: String,
        target: String,
        asked: String
    ) throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(Gateway.route(path, to: upstream.url(base)))
        #expect(try proxy.request("GET", target).text == "ok")
        #expect(upstream.targets == [asked])
        #expect(upstream.requests.first?.values(of: "Host") == [upstream.authority])
    }

    @Test(arguments: [
        "a%20b/%C3%A9", "x;d=1/@:!$&'()*+,=", "x?q=%2e%2e&x=a;b", "x?a=../..&b=%5c", "group%2Fproject",
        "100%25",
        "~user/-._", "x?", "x?a?b", "UPPER%2fLower", "a..b/c...", ".well-known/x",
    ])
    func `what is forwarded is byte for byte what was asked`(rest: String) throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(Gateway.route("/r/", to: upstream.url("/base/")))
        let response = try proxy.request("GET", "r/\(rest)")
        #expect(response.text == "ok", "\(response)")
        #expect(upstream.targets == ["/base/\(rest)"])
    }

    @Test func `a route comes before the prefix form, which takes what is left`() throws {
        let route = try ScriptedUpstream.named("route")
        let target = try ScriptedUpstream.named("prefix")
        let proxy = try Gateway.proxy(
            Gateway.route("/example.com/", to: route.url()),
            more: "\"upstream\": {\"hosts\": {\"example.com\": \"\(target.authority)\"}}"
        )
        #expect(try proxy.request("GET", "example.com/x").text == "route")
        #expect(try proxy.request("GET", "http://example.com/x").text == "prefix")
        #expect(try proxy.request("GET", "iscorsneeded").text == "no")
        #expect(try proxy.request("GET", "").status == 200)
    }

    @Test func `a route at the root leaves nothing to the prefix form`() throws {
        let root = try ScriptedUpstream.named("root")
        let other = try ScriptedUpstream.named("prefix")
        let proxy = try Gateway.proxy(Gateway.route("/", to: root.url("/base/")))
        for target in ["", other.url("/x"), "iscorsneeded", other.authority] {
            #expect(try proxy.request("GET", target).text == "root", "\(target)")
        }
        #expect(other.openedConnections == 0)
    }

    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE", "PURGE", "OPTIONS"])
    func `methods and bodies go through a route`(method: String) throws {
        let upstream = try ScriptedUpstream { request in Answer.text("\(request.method) \(request.text)") }
        let proxy = try Gateway.proxy(Gateway.route("/r/", to: upstream.url()))
        let body = method == "OPTIONS" ? nil : "hello"
        let response = try proxy.request(method, "r/x", [origin(Policy.local)], body: body)
        #expect(response.text == "\(method) \(body ?? "")")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(
            response.values(of: "Content-Security-Policy") == ["sandbox"],
            "the prefix form is served under the same host"
        )
    }

    @Test func `basePath stands before the routes`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url("/base/")),
            more: #""basePath": "/cors/""#
        )
        #expect(try proxy.request("GET", "cors/r/x?y").text == "ok")
        #expect(try proxy.request("GET", "r/x").status == 404)
        #expect(upstream.targets == ["/base/x?y"])
    }

    @Test func `a route that leads to the proxy itself is a loop`() throws {
        let port = try freePort()
        var launch = ProxyProcess.Launch()
        launch.arguments = ["--port", String(port)]
        let proxy = try ProxyProcess(
            Gateway.config([Gateway.route("/r/", to: "http://127.0.0.1:\(port)/")]),
            launch
        )
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
        #expect(response.status == 508)
        #expect(response.errorCode == "loop-detected")
    }

    // MARK: --to

    private func mount(_ target: String, _ config: String? = nil) throws -> ProxyProcess {
        var launch = ProxyProcess.Launch()
        launch.arguments += ["--to", target]
        return try ProxyProcess(config, launch)
    }

    @Test func `--to mounts one upstream at the root`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try mount(upstream.url("/base"))
        for target in ["", "a/b?c", "http://127.0.0.1:1/"] {
            let response = try proxy.request("GET", target, [origin(Policy.local)])
            #expect(response.text == "ok", "\(response)")
            #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local])
        }
        #expect(upstream.targets.dropFirst() == ["/base/a/b?c", "/base/http://127.0.0.1:1/"])
        #expect(["/base", "/base/"].contains(upstream.targets.first))
        #expect(try proxy.request("GET", "a", [origin(Policy.stranger)]).errorCode == "origin-denied")
        #expect(upstream.requests.count == 3)
    }

    @Test(arguments: ["ftp://h/", "nonsense", "http://", "http://h/?q", "http://u:p@h/", ""])
    func `--to takes one http or https URL`(target: String) throws {
        let (exit, _, error) = try CorswayProgram.run(["serve", "--port", "0", "--to", target])
        #expect(exit == .status(2))
        #expect(error.contains("--to"), "\(error)")
    }
}
