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
        #expect(both.listen == ListenSettings(host: "localhost", port: 2))
        #expect(both.cors.allowedOrigins == ["https://a.example", "https://b.example"])
        #expect(both.cors.deniedOrigins == ["https://c.example"])
        #expect(both.cors.requireOrigin)
        #expect(both.prefix.targets.allow == ["file.example"])

        let flags = Flags(
            host: "127.0.0.2",
            port: 3,
            allowOrigins: ["https://d.example"],
            allowTargets: ["e.example"]
        )
        let all = try load(file, flags: flags, environment: environment)
        #expect(all.listen == ListenSettings(host: "127.0.0.2", port: 3))
        #expect(all.cors.allowedOrigins == ["https://d.example"])
        #expect(all.cors.deniedOrigins == ["https://c.example"])
        #expect(all.prefix.targets.allow == ["e.example"])
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
            "CORSANYWHERE_RATELIMIT", "50 3",
            "CORSANYWHERE_RATELIMIT: error: limits.rate: A rate limit is not yet supported by this version. Unset the variable."
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
        let validators = Validators(targetPatternFault: { $0 == "x y" ? Fault("No pattern.") : nil })
        let lines = refusals(nil, flags: Flags(allowTargets: ["a.example", "x y"]), validators: validators)
        #expect(lines == ["--allow-target: error: prefix.targets.allow[1]: No pattern."])
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
}
