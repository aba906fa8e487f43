import Testing

@testable import Configuration

struct LayerTests {
    private let file = #"""
        { "listen": { "host": "::1", "port": 1 }, "cors": { "allowedOrigins": ["https://file.example"] },
          "prefix": { "targets": { "allow": ["file.example"] } } }
        """#

    @Test func `puts the environment over the file, and flags over both`() throws {
        let environment = [
            "HOST": "localhost", "PORT": "2",
            "CORSANYWHERE_WHITELIST": "https://a.example, https://b.example,",
            "CORSANYWHERE_BLACKLIST": "https://c.example",
        ]
        let both = try load(file, environment: environment)
        #expect(both.listeners == [ListenSettings(host: "localhost", port: 2)])
        #expect(both.cors.allowedOrigins == ["https://a.example", "https://b.example"])
        #expect(both.cors.deniedOrigins == ["https://c.example"])
        #expect(both.cors.requireOrigin)
        #expect(both.prefix.targets.allow.map(\.text) == ["file.example"])

        let flags = Flags(
            host: "127.0.0.2",
            port: 3,
            allowOrigins: ["https://d.example"],
            allowTargets: ["e.example"]
        )
        let all = try load(file, flags: flags, environment: environment)
        #expect(all.listeners == [ListenSettings(host: "127.0.0.2", port: 3)])
        #expect(all.cors.allowedOrigins == ["https://d.example"])
        #expect(all.cors.deniedOrigins == ["https://c.example"])
        #expect(all.prefix.targets.allow.map(\.text) == ["e.example"])
        #expect(all.allowedHosts.last == "127.0.0.2")
    }

    @Test func `takes an empty variable for unset`() throws {
        let names = [
            "HOST", "PORT", "CORSANYWHERE_WHITELIST", "CORSANYWHERE_BLACKLIST", "CORSANYWHERE_RATELIMIT",
        ]
        let settings = try load(nil, environment: Dictionary(uniqueKeysWithValues: names.map { ($0, "") }))
        #expect(settings == Settings())
        #expect(settings.isUntouchedDefault)
    }

    @Test(arguments: [
        (
            "HOST", "*",
            #"HOST: error: listen.host: "*" is no address. Write "0.0.0.0" or "::" to listen on every address."#
        ),
        (
            "PORT", "+80",
            #"PORT: error: listen.port: "+80" is not a port. Write a whole number from 0 to 65535."#
        ),
        (
            "PORT", "65536",
            #"PORT: error: listen.port: "65536" is not a port. Write a whole number from 0 to 65535."#
        ),
        (
            "CORSANYWHERE_RATELIMIT", "50",
            #"CORSANYWHERE_RATELIMIT: error: limits.rate: "50" is no rate limit. Write requests, minutes and perhaps hosts, such as "50 3 app.example.com"."#
        ),
        (
            "CORSANYWHERE_RATELIMIT", "50 3 /a",
            #"CORSANYWHERE_RATELIMIT: error: limits.rate: "/a" lacks a slash or what stands between the slashes. Write a regular expression as "/.*\.example\.com/"."#
        ),
        (
            "CORSANYWHERE_RATELIMIT", "50 3 /(/",
            #"CORSANYWHERE_RATELIMIT: error: limits.rate: "/(/" is no regular expression. Correct it."#
        ),
    ])
    func `names the variable that is refused`(name: String, value: String, line: String) {
        #expect(refusals(nil, environment: [name: value]) == [line])
    }

    @Test func `gives the policy's word on origins of a variable and of a flag`() {
        let lines = refusals(
            file,
            environment: ["CORSANYWHERE_WHITELIST": "https://a.example,https://b.example/"]
        )
        #expect(
            lines.map { $0.hasPrefix("CORSANYWHERE_WHITELIST: error: cors.allowedOrigins[1]: ") } == [true]
        )
        let flagged = refusals(file, flags: Flags(allowOrigins: ["https://b.example/"]))
        #expect(flagged.map { $0.hasPrefix("--allow-origin: error: cors.allowedOrigins[0]: ") } == [true])
    }

    @Test func `checks the targets of a flag`() {
        let lines = refusals(nil, flags: Flags(allowTargets: ["a.example", "x y"]))
        let start = #"--allow-target: error: prefix.targets.allow[1]: "x y" is no host pattern."#
        #expect(lines.map { $0.hasPrefix(start) } == [true], "\(lines)")
    }

    @Test(arguments: [
        Flags(host: "::1"), Flags(allowOrigins: ["https://a.example"]), Flags(allowTargets: ["a.example"]),
    ])
    func `is no longer the untouched default with a flag that opens or closes something`(flags: Flags) throws
    {
        #expect(try !load(nil, flags: flags).isUntouchedDefault)
    }

    @Test func `stays the untouched default with what decides nothing about who may ask`() throws {
        #expect(try load(#"{"shards": 1, "limits": {"connections": 5}}"#).isUntouchedDefault)
        #expect(try load(nil, flags: Flags(host: "127.0.0.1", port: 9000)).isUntouchedDefault)
        #expect(try !load(#"{"trustedProxies": ["127.0.0.1"]}"#).isUntouchedDefault)
        #expect(try !load(#"{"prefix": {"redirectSameOrigin": true}}"#).isUntouchedDefault)
        #expect(try load(nil, environment: ["PATH": "/bin", "https_proxy": "x"]).isUntouchedDefault)
    }

    @Test(arguments: ["", "50", "-1 3", "50 0", "50 3m", "+5 3", "5.5 3", "9999999999 1", "50 99999999999"])
    func `refuses what is no rate limit in the variable of cors-anywhere`(text: String) {
        #expect(refusals(nil, environment: ["CORSANYWHERE_RATELIMIT": text]).isEmpty == text.isEmpty)
    }

    @Test func `reads the rate limit of cors-anywhere over the file's`() throws {
        let rate = try load(
            #"{"limits": {"rate": {"requests": 1}}}"#,
            environment: ["CORSANYWHERE_RATELIMIT": #"50 3  a.example /.*\.b\.example/"#]
        ).limits.rate
        #expect(rate?.requests == 50)
        #expect(rate?.per == .seconds(180))
        #expect(rate?.key == .origin)
        #expect(
            rate?.exemptHosts == [
                .literal("a.example"), .expression(try #require(HostExpression(#".*\.b\.example"#))),
            ]
        )
        let none = try load(nil, environment: ["CORSANYWHERE_RATELIMIT": "0 1"]).limits.rate
        #expect(none?.requests == 0 && none?.exemptHosts == [])
    }

    @Test func `mounts the upstream of a flag at the root, without the prefix form`() throws {
        let settings = try load(
            #"{"prefix": {"enabled": true}, "cors": {"maxAge": 5}, "upstream": {"idleTimeout": "7s"}}"#,
            flags: Flags(to: "HTTPS://staging.example")
        )
        #expect(settings.routes.map(\.path) == ["/"])
        #expect(settings.routes.map(\.target.text) == ["https://staging.example/"])
        #expect(settings.routes.map(\.redirects) == [RedirectSettings(mode: .rewrite, max: 5)])
        #expect(settings.routes.map(\.cors.maxAge) == [5])
        #expect(settings.routes.map(\.upstream.idleTimeout) == [.seconds(7)])
        #expect(settings.routes.map(\.cookies) == [.strip])
        #expect(settings.routes.map(\.documents) == [.sandbox])
        #expect(!settings.prefix.isEnabled && !settings.isUntouchedDefault)
        #expect(settings.warnings == [])
        // With the prefix form off there is no relay to be open.
        #expect(refusals(nil, flags: Flags(host: "0.0.0.0", to: "https://staging.example")) == [])
    }

    @Test func `names the flag whose upstream is refused`() {
        #expect(
            refusals(nil, flags: Flags(to: "staging.example")) == [
                #"--to: error: "staging.example" is not an absolute URL. Write one such as "https://api.example.com/v1/"."#
            ]
        )
        let both = refusals(
            #"{"routes": [{"path": "/", "target": "http://a.example"}]}"#,
            flags: Flags(to: "http://b.example")
        )
        #expect(
            both == [
                "--to: error: routes[1].path: This is the path of routes[0] too. Change one of the two."
            ]
        )
    }
}
