import Testing

@testable import Configuration

struct CrossCheckTests {
    private let open =
        #""0.0.0.0": an open relay. Name targets in prefix.targets.allow, ask for clientKeys, listen on 127.0.0.1, or set acceptOpenRelay."#

    @Test(arguments: [
        (#"{"listen": {"host": "0.0.0.0"}}"#, "test.json:1:21"),
        (#"{"listen": [{"host": "0.0.0.0"}]}"#, "test.json:1:22"),
        (
            #"{"listen": {"host": "0.0.0.0"}, "cors": {"allowedOrigins": ["https://a.example"]}}"#,
            "test.json:1:21"
        ),
        (
            #"{"listen": {"host": "0.0.0.0"}, "prefix": {"targets": {"allow": ["a.example", "https://*:443"]}}}"#,
            "test.json:1:21"
        ),
    ])
    func `refuses to be an open relay`(json: String, place: String) {
        let lines = refusals(json)
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.hasPrefix("\(place): error: listen") && $0.hasSuffix(open) })
    }

    @Test func `names the flag or variable that opens the relay`() {
        #expect(
            refusals(nil, flags: Flags(host: "::")).map { $0.hasPrefix("--host: error: listen.host: ") } == [
                true
            ]
        )
        #expect(
            refusals(nil, environment: ["HOST": "0.0.0.0"]).map { $0.hasPrefix("HOST: error: ") } == [true]
        )
    }

    @Test(arguments: [
        #"{"listen": {"host": "0.0.0.0"}, "acceptOpenRelay": true}"#,
        #"{"listen": {"host": "0.0.0.0"}, "prefix": {"enabled": false}}"#,
        #"{"listen": {"host": "0.0.0.0"}, "prefix": {"targets": {"allow": ["*.example.com"]}}}"#,
        #"{"listen": {"host": "0.0.0.0"}, "prefix": {"targets": {"allow": []}}}"#,
        #"{"listen": {"host": "0.0.0.0"}, "clientKeys": ["0123456789abcdef"]}"#,
        #"{"listen": {"host": "127.0.0.9"}}"#, #"{"listen": {"host": "localhost"}}"#,
        #"{"listen": {"host": "::1"}}"#,
    ])
    func `listens where it is no open relay`(json: String) {
        #expect(refusals(json) == [])
    }

    @Test func `does not call a relay open whose lock is misspelt`() {
        let json = #"{"listen": {"host": "0.0.0.0"}, "clientKeys": ["a b"]}"#
        #expect(refusals(json).map { $0.contains("A client key holds") } == [true])
        let targets = #"{"listen": {"host": "0.0.0.0"}, "prefix": {"targets": {"alow": ["a.example"]}}}"#
        #expect(refusals(targets).map { $0.contains("Did you mean \"allow\"?") } == [true])
    }

    @Test func `knows what loopback is by address and by name`() {
        for host in ["127.8.0.1", "::1", "localhost", "me.localhost"] {
            #expect(refusals(#"{"listen": {"host": "\#(host)"}}"#) == [])
        }
        #expect(!refusals(#"{"listen": {"host": "me.example"}}"#).isEmpty)
    }

    @Test func `reaches no private network by default where it listens beyond loopback`() throws {
        let closed = #""prefix": {"enabled": false}"#
        #expect(
            try load("{\"listen\": {\"host\": \"0.0.0.0\"}, \(closed)}").guard.allowPrivateNetworks == .none
        )
        let named =
            "{\"listen\": {\"host\": \"0.0.0.0\"}, \(closed), \"guard\": {\"allowPrivateNetworks\": true}}"
        #expect(try load(named).guard.allowPrivateNetworks == .all)
        #expect(try load(nil, flags: Flags(host: "::1")).guard.allowPrivateNetworks == .loopbackByDefault)
    }

    @Test func `answers to the name it listens on, unless the names are given`() throws {
        let json = #"{"listen": {"host": "proxy.example"}, "acceptOpenRelay": true"#
        #expect(try load(json + "}").allowedHosts == Settings.loopbackHosts + ["proxy.example"])
        #expect(try load(json + #", "allowedHosts": ["a.example"]}"#).allowedHosts == ["a.example"])
        #expect(
            try load(nil, flags: Flags(host: "2001:db8::1", allowTargets: ["a"])).allowedHosts.last
                == "[2001:db8::1]"
        )
    }

    @Test(arguments: [
        (#"{"listen": {"host": "0.0.0.0"}"#, "1:21"),
        (#"{"listen": {"host": "::"}, "allowedHosts": ["localhost", "[::1]"]"#, "1:44"),
        (#"{"listen": {"host": "192.0.2.1"}, "allowedHosts": ["*.localhost", "0.0.0.0"]"#, "1:51"),
    ])
    func `warns of an address beyond loopback where only loopback names are answered`(
        json: String,
        place: String
    ) throws {
        let warnings = try load(json + #", "prefix": {"enabled": false}}"#).warnings
        #expect(warnings.map(\.severity) == [.warning])
        #expect(
            warnings.map {
                $0.description.hasPrefix("test.json:\(place): warning: allowedHosts: Only loopback")
            } == [true]
        )
    }

    @Test(arguments: [
        #"{"listen": {"host": "192.0.2.1"}"#, #"{"listen": {"host": "0.0.0.0"}, "allowedHosts": "*""#,
        #"{"listen": {"host": "0.0.0.0"}, "allowedHosts": ["*.example.com"]"#,
        #"{"allowedHosts": ["localhost"]"#,
    ])
    func `does not warn where the name is answered`(json: String) throws {
        #expect(try load(json + #", "prefix": {"enabled": false}}"#).warnings == [])
    }

    @Test func `passes the policy's warnings on, with their place`() throws {
        let warnings = try load(
            #"{"cors": {"allowedOrigins": ["https://a.example"], "allowCredentials": true, "allowedHeaders": ["X-A"]}}"#
        ).warnings
        #expect(
            warnings.map { $0.description.hasPrefix("test.json:1:72: warning: cors.allowCredentials: ") } == [
                true
            ]
        )
        let off =
            #"{"cors": {"allowedOrigins": ["https://a.example"], "allowCredentials": true}, "prefix": {"enabled": false}}"#
        #expect(try load(off).warnings.filter { $0.path == "cors.allowCredentials" } == [])
    }

    @Test func `notes that the guard sees no target behind a proxy`() throws {
        let url = try load(#"{"upstream": {"proxy": "http://u:secret@p.example:3128"}}"#).warnings
        #expect(
            url.map { $0.description.hasPrefix("test.json:1:24: note: upstream.proxy: Targets are reached") }
                == [true]
        )
        #expect(url.allSatisfy { !$0.description.contains("secret") })
        for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            let warnings = try load(nil, environment: [name: "http://p.example"]).warnings
            #expect(warnings.map { $0.description.hasPrefix("corsway: note: upstream.proxy: ") } == [true])
        }
        #expect(
            try load(nil, environment: ["HTTP_PROXY": "http://p.example", "https_proxy": ""]).warnings == []
        )
        #expect(
            try load(#"{"upstream": {"proxy": "none"}}"#, environment: ["https_proxy": "x"]).warnings == []
        )
        #expect(
            try load(#"{"guard": {"allowPrivateNetworks": true}}"#, environment: ["https_proxy": "x"])
                .warnings == []
        )
    }

    @Test func `notes that the guard sees no target behind a route's own proxy`() throws {
        func notes(_ upstream: String, _ more: String = "", _ environment: [String: String] = [:]) throws
            -> [String]
        {
            let route = #"{"path": "/a", "target": "https://a.example/", "upstream": {\#(upstream)}}"#
            let json = #"{"routes": [{"path": "/b", "target": "https://b.example/"}, \#(route)]\#(more)}"#
            return try load(json, environment: environment).warnings.map { "\($0.severity) \($0.path)" }
        }
        let url = #""proxy": "http://u:secret@p.example:3128""#
        #expect(try notes(url) == ["note routes[1].upstream.proxy"])
        #expect(try notes("") == [] && notes(#""proxy": "none""#) == [])
        #expect(try notes(url, ", \"upstream\": {\(url)}") == ["note upstream.proxy"])
        #expect(try notes(#""proxy": "none""#, ", \"upstream\": {\(url)}") == ["note upstream.proxy"])
        let environment = ["https_proxy": "http://p.example"]
        let none = #", "upstream": {"proxy": "none"}"#
        #expect(try notes(#""proxy": "env""#, none, environment) == ["note routes[1].upstream.proxy"])
        #expect(try notes("", none, environment) == [])
        #expect(try notes(url, #", "guard": {"allowPrivateNetworks": true}"#) == [])
    }

    @Test(
        arguments: [
            ("127.0.0.1", 80, ["http://127.0.0.1", "http://localhost", "http://[::1]"]),
            ("192.0.2.1", 8080, ["http://192.0.2.1:8080"]),
            ("::", 81, ["http://[::]:81", "http://localhost:81", "http://127.0.0.1:81", "http://[::1]:81"]),
            ("::1", 0, []),
        ] as [(String, UInt16, [String])]
    )
    func `tells the policy the proxy's own origins`(host: String, port: UInt16, origins: [String]) {
        var settings = Settings()
        settings.listeners = [ListenSettings(host: host, port: port)]
        #expect(settings.policyContext(Validators()).ownOrigins == origins)
    }
}
