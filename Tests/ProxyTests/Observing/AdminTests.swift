import Foundation
import TestSupport
import Testing

/// Who is answered by the admin listener, and what.
@Suite struct AdminTests {
    @Test func `without a configuration there is no admin listener`() throws {
        let proxy = try ProxyProcess(nil)
        #expect(!proxy.child.standardOutput.contains("health and metrics"))
        #expect(try proxy.request("GET", "metrics").status != 200)
    }

    @Test(arguments: [("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/other", 404), ("/", 404)])
    func `each path has its answer, without a CORS field`(path: String, status: Int) throws {
        let admin = try Admin(of: ProxyProcess("{\(Admin.config), \"cors\": \(Policy.any)}"))
        for method in ["GET", "HEAD"] {
            let answer = try admin.request(path, method: method)
            #expect(answer.status == status)
            #expect(!answer.names.contains { $0.hasPrefix("access-control") })
            #expect(answer.value(of: "Cache-Control") == "no-store")
            #expect(answer.body.isEmpty == (method == "HEAD"))
        }
        #expect(try admin.request(path, method: "POST").status == 405)
        #expect(try admin.request(path, method: "OPTIONS").status == 405)
    }

    @Test(arguments: [
        ["Origin: http://localhost:3000"], ["Origin: null"], ["Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: same-site"],
    ])
    func `a page is not answered, whatever its origin`(fields: [String]) throws {
        let admin = try Admin(of: ProxyProcess("{\(Admin.config), \"cors\": \(Policy.any)}"))
        for path in ["/metrics", "/healthz", "/config"] {
            #expect(try admin.request(path, fields).status == 403)
        }
        #expect(try admin.request("/metrics", ["Sec-Fetch-Site: none"]).status == 200)
    }

    @Test(arguments: [
        ("localhost", 200), ("127.0.0.1:1", 200), ("[::1]:9090", 200), ("LOCALHOST", 200),
        ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("[::1].evil.example", 400),
    ])
    func `a name that was made to resolve to loopback is not answered`(host: String, status: Int) throws {
        let admin = try Admin(of: ProxyProcess("{\(Admin.config)}"))
        #expect(try admin.request("/metrics", host: host).status == status)
    }

    @Test func `a token has to come, whole and once`() throws {
        var launch = ProxyProcess.Launch()
        launch.environment["ADMIN_TOKEN"] = "0123456789abcdef"
        let proxy = try ProxyProcess(
            #"{"admin": {"enabled": true, "port": 0, "token": "${env:ADMIN_TOKEN}"}}"#,
            launch
        )
        let admin = try Admin(of: proxy)
        for fields in [
            [], ["Authorization: Bearer"], ["Authorization: Bearer 0123456789abcde"],
            ["Authorization: Bearer 0123456789abcdef0"], ["Authorization: Bearer 0123456789abcdeg"],
            ["Authorization: Basic 0123456789abcdef"],
            ["Authorization: Bearer 0123456789abcdef", "Authorization: Bearer x"],
        ] {
            let answer = try admin.request("/metrics", fields)
            #expect(answer.status == 401, "\(fields)")
            #expect(answer.value(of: "WWW-Authenticate") == "Bearer")
        }
        #expect(try admin.request("/metrics", ["authorization: bearer 0123456789abcdef"]).status == 200)
        #expect(try admin.request("/readyz", ["Authorization: Bearer 0123456789abcdef"]).status == 200)
        #expect(!(proxy.child.standardOutput + proxy.child.standardError).contains("0123456789abcdef"))
    }

    @Test func `off loopback a token is needed`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            #"{"admin": {"enabled": true, "host": "0.0.0.0", "port": 0}}"#,
            to: "config.json"
        )
        let run = try CorswayProgram.run(["check", file])
        #expect(run.exit == .status(2))
        #expect(run.error.contains("admin.host") && run.error.contains("Set admin.token"))
    }

    @Test(arguments: ["/metrics", "/healthz", "/config"])
    func `the proxy cannot be used to read them`(path: String) throws {
        let proxy = try ProxyProcess("{\(Admin.config), \"guard\": {\"allowPrivateNetworks\": true}}")
        let admin = try Admin(of: proxy)
        for host in ["127.0.0.1", "localhost", "127.1", "2130706433", "a.localhost"] {
            let answer = try proxy.request(
                "GET",
                "http://\(host):\(admin.port)\(path)",
                [origin(Policy.local)]
            )
            #expect(answer.status == 508 && answer.errorCode == "loop-detected", "\(host): \(answer)")
        }
        // Other spellings of this machine are refused, or nobody listens there.
        for host in ["0.0.0.0", "[::]", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.2"] {
            let answer = try proxy.request(
                "GET",
                "http://\(host):\(admin.port)\(path)",
                [origin(Policy.local)]
            )
            #expect(answer.errorCode != nil && answer.status >= 400, "\(host): \(answer)")
        }
    }

    @Test func `nor by another address of the machine, where it is open to others`() throws {
        let config =
            #"{"admin": {"enabled": true, "host": "0.0.0.0", "port": 0, "token": "0123456789abcdef"}, "#
            + #""guard": {"allowPrivateNetworks": true}}"#
        let proxy = try ProxyProcess(config)
        let admin = try Admin(of: proxy)
        for address in machineAddresses() {
            let answer = try proxy.request(
                "GET",
                "http://\(address):\(admin.port)/metrics",
                [origin(Policy.local)]
            )
            #expect(answer.errorCode == "loop-detected", "\(address): \(answer)")
        }
    }

    @Test(arguments: [
        "{", #"{"listen": [{"port": 0}, {"host": "192.0.2.1", "port": 1}], "acceptOpenRelay": true}"#,
    ])
    func `a reload that is refused is counted, and /config tells what is in force`(text: String) throws {
        let proxy = try ProxyProcess(#"{"listen": {"port": 0}, \#(Admin.config), "cors": {"maxAge": 7}}"#)
        let admin = try Admin(of: proxy)
        let before = try admin.request("/config").text
        #expect(before.contains(#""cors.maxAge": 7"#))
        try proxy.folder.write(text, to: "config.json")
        proxy.child.send(signal: SIGHUP)
        let refused = #"corsway_config_reloads_total{result="failure"}"#
        let metrics = try admin.metrics("the refusal") { $0[refused] == 1 }
        #expect(metrics[#"corsway_config_reloads_total{result="success"}"#] == 0)
        #expect(try admin.request("/config").text == before)
    }

    @Test func `while the proxy drains it is alive and not ready`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            _ = try connection.readRequest()
        }
        let proxy = try ProxyProcess(#"{\#(Admin.config), "limits": {"drainTimeout": "10s"}}"#)
        let admin = try Admin(of: proxy)
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url("/hang")))
        try eventually("it hangs") { !upstream.requests.isEmpty }
        proxy.child.send(signal: SIGTERM)
        try eventually("not ready") { try admin.request("/readyz").status == 503 }
        #expect(try admin.request("/healthz").status == 200)
        #expect(try admin.metrics()["corsway_ready"] == 0)
        // A client of the admin listener that stays does not hold the end up.
        let idle = try RawClient(port: admin.port)
        client.socket.close()
        #expect(try proxy.child.exit() == .status(0))
        withExtendedLifetime(idle) {}
    }

    @Test func `health is answered where every connection is taken`() throws {
        let proxy = try ProxyProcess(#"{\#(Admin.config), "limits": {"connections": 1}}"#)
        let admin = try Admin(of: proxy)
        let only = try proxy.connect()
        try only.send("GET /iscorsneeded HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try only.readResponse()
        #expect(try proxy.request("GET", "iscorsneeded").status == 503)
        #expect(try admin.request("/healthz").status == 200)
        let metrics = try admin.metrics()
        #expect(metrics[#"corsway_connections_rejected_total{how="answered"}"#] == 1)
        withExtendedLifetime(only) {}
    }
}
