import TestSupport
import Testing

/// What `serve` refuses to start with, and what it takes from where.
@Suite struct StartTests {
    @Test func `a port in use is one line and exit status 3`() throws {
        let first = try ProxyProcess()
        let (exit, _, error) = try CorswayProgram.run(["serve", "--port", "\(first.port)"])
        #expect(exit == .status(3))
        #expect(error.contains("\(first.port)"))
        #expect(error.split(separator: "\n").count <= 2)
    }

    @Test(arguments: [
        ("{", "config.json:1:"), (#"{"cors": {"allowedOrigin": []}}"#, "allowedOrigins"),
        (#"{"limits": {"connections": "x"}}"#, "limits.connections"),
        (#"{"shards": 1, "shards": 2}"#, "shards"), ("{\n  \"nonsense\": 1\n}", ":2:"),
        (#"{"cors": {"allowedOrigins": ["https://a.example/"]}}"#, "https://a.example"),
        (#"{"cors": {"allowedOrigins": "*", "allowCredentials": true}}"#, "allowCredentials"),
        (#"{"rules": [{}]}"#, "rules"),
    ])
    func `a bad file is told with its place and exit status 2`(text: String, word: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(text, to: "config.json")
        for arguments in [["serve", "--config", file, "--port", "0"], ["check", file]] {
            let (exit, output, error) = try CorswayProgram.run(arguments)
            #expect(exit == .status(2), "\(arguments[0]): \(output)\(error)")
            #expect((output + error).contains(word), "\(output)\(error)")
        }
    }

    @Test func `a missing file is exit status 2`() throws {
        let (exit, _, error) = try CorswayProgram.run(["serve", "--config", "/nonexistent/config.json"])
        #expect(exit == .status(2))
        #expect(error.contains("/nonexistent/config.json"))
    }

    @Test func `an address of another machine is one line and no exit status of 0`() throws {
        let (exit, _, error) = try CorswayProgram.run(["serve", "--host", "127.0.0.256", "--port", "0"])
        #expect(exit == .status(2))
        #expect(!error.isEmpty)
    }

    @Test func `an open relay is refused unless the configuration says so`() throws {
        let (exit, output, error) = try CorswayProgram.run(["serve", "--host", "0.0.0.0", "--port", "0"])
        #expect(exit == .status(2))
        #expect((output + error).contains("acceptOpenRelay"))
        var launch = ProxyProcess.Launch()
        launch.arguments = ["--host", "0.0.0.0", "--port", "0"]
        let proxy = try ProxyProcess(#"{"acceptOpenRelay": true}"#, launch)
        #expect(try proxy.request("GET", "iscorsneeded").text == "no")
        #expect(try proxy.request("GET", "http://127.0.0.1:8099/").errorCode == "private-address")
    }

    @Test func `an IPv6 listener is served`() throws {
        var launch = ProxyProcess.Launch()
        launch.arguments = ["--host", "::1", "--port", "0"]
        let proxy = try ProxyProcess(nil, launch)
        let client = RawClient(socket: try .connect(to: proxy.port, host: "::1"))
        try client.send("GET /iscorsneeded HTTP/1.1\r\nHost: [::1]:\(proxy.port)\r\n\r\n")
        #expect(try client.readResponse().text == "no")
    }

    @Test
    func `where another program has the port on IPv6, the address is told in place of localhost, and why`()
        throws
    {
        for _ in 1...20 {
            let other = try ScriptedUpstream(host: "::1") { _ in Answer.text("another") }
            guard
                let proxy = try? ProxyProcess(
                    nil,
                    ProxyProcess.Launch(arguments: ["--port", "\(other.port)"])
                )
            else { continue }  // Its port was not free on IPv4.
            try eventually("the whole banner") { proxy.child.standardOutput.contains("fetch(") }
            let banner = proxy.child.standardOutput
            #expect(banner.contains("listening on http://127.0.0.1:\(other.port)\n"), "\(banner)")
            #expect(
                banner.contains("localhost leads to another program too, at [::1]:\(other.port)"),
                "\(banner)"
            )
            #expect(banner.contains("fetch(\"http://127.0.0.1:\(other.port)/"))
            #expect(try proxy.request("GET", "").text.contains("http://127.0.0.1:\(other.port)/https://"))
            return
        }
        Issue.record("no port was free")
    }

    @Test func `two listeners of its own are no other program, and the help page says localhost`() throws {
        let port = try freePort()
        let listen = #"[{"port": \#(port)}, {"host": "::1", "port": \#(port)}]"#
        let proxy = try ProxyProcess(#"{"listen": \#(listen)}"#, ProxyProcess.Launch(arguments: []))
        try eventually("the whole banner") { proxy.child.standardOutput.contains("fetch(") }
        let banner = proxy.child.standardOutput
        #expect(banner.contains("listening on http://localhost:\(port)"), "\(banner)")
        #expect(!banner.contains("another program"), "\(banner)")
        #expect(try proxy.request("GET", "").text.contains("http://localhost:\(port)/https://"))
    }

    @Test(arguments: [
        (["--to", "https://a.example", "--to", "https://b.example"], "--to stands here 2 times"),
        (["--to", "https://a.example", "--to", "https://a.example"], "--to stands here 2 times"),
        (
            ["--to", "https://a.example", "--allow-target", "b.example"],
            "--allow-target is for the prefix form"
        ),
    ])
    func `flags of which one would be ignored are refused`(arguments: [String], message: String) throws {
        let (exit, _, error) = try CorswayProgram.run(["serve", "--port", "0"] + arguments)
        #expect(exit == .status(2))
        #expect(error.contains(message), "\(error)")
    }

    @Test func `--to a loopback address on a public listener is warned of`() throws {
        let launch = ProxyProcess.Launch(arguments: [
            "--host", "0.0.0.0", "--port", "0", "--to", "http://localhost:1",
        ])
        let proxy = try ProxyProcess(nil, launch)
        #expect(
            proxy.child.standardError.contains(
                "--to: warning: routes[0].target: \"localhost\" is never connected to"
            )
        )
        #expect(try proxy.request("GET", "x").errorCode == "private-address")
    }

    @Test func `a flag wins over the environment, and the environment over the file`() throws {
        var launch = ProxyProcess.Launch()
        launch.environment["PORT"] = "1"
        let flagged = try ProxyProcess(#"{"listen": {"port": 2}}"#, launch)
        #expect(flagged.port > 2)
        launch.arguments = []
        launch.environment["PORT"] = "0"
        let environment = try ProxyProcess(#"{"listen": {"port": 1}}"#, launch)
        #expect(environment.port > 1)
        launch.environment["PORT"] = nil
        let file = try ProxyProcess(#"{"listen": {"port": 0}}"#, launch)
        #expect(file.port > 0)
    }

    @Test func `CORSANYWHERE_WHITELIST allows its origins and requires one`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        var launch = ProxyProcess.Launch()
        launch.environment["CORSANYWHERE_WHITELIST"] = "https://app.example,http://other.example"
        let proxy = try ProxyProcess(nil, launch)
        for page in [Policy.app, "http://other.example"] {
            let response = try proxy.request("GET", upstream.url(), [origin(page)])
            #expect(response.text == "ok")
            #expect(response.values(of: "Access-Control-Allow-Origin") == [page])
        }
        #expect(
            try proxy.request("GET", upstream.url(), [origin(Policy.stranger)]).errorCode == "origin-denied"
        )
        #expect(try proxy.request("GET", upstream.url()).errorCode == "origin-required")
        #expect(upstream.requests.count == 2)
    }

    @Test func `CORSANYWHERE_BLACKLIST denies its origins`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        var launch = ProxyProcess.Launch()
        launch.environment["CORSANYWHERE_BLACKLIST"] = "\(Policy.stranger),\(Policy.local)"
        let proxy = try ProxyProcess(nil, launch)
        #expect(
            try proxy.request("GET", upstream.url(), [origin(Policy.stranger)]).errorCode == "origin-denied"
        )
        #expect(try proxy.request("GET", upstream.url(), [origin(Policy.local)]).errorCode == "origin-denied")
        #expect(upstream.openedConnections == 0)
    }

    @Test func `--allow-origin and --allow-target add to what is open`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        var launch = ProxyProcess.Launch()
        launch.arguments += ["--allow-origin", Policy.app, "--allow-target", "127.0.0.1:*"]
        let proxy = try ProxyProcess(nil, launch)
        #expect(try proxy.request("GET", upstream.url(), [origin(Policy.app)]).text == "ok")
        #expect(
            try proxy.request("GET", upstream.url(), [origin(Policy.stranger)]).errorCode == "origin-denied"
        )
        #expect(
            try proxy.request("GET", "http://example.com/", [origin(Policy.app)]).errorCode == "target-denied"
        )
    }
}
