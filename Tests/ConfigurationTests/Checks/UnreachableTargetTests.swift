import Testing

@testable import Configuration

/// What can never work is warned of.
@Suite struct UnreachableTargetTests {
    private func warnings(_ json: String?, flags: Flags = Flags()) throws -> [String] {
        try load(json, flags: flags).warnings.filter { $0.severity == .warning }.map(\.description)
    }

    private static func route(_ target: String, _ more: String = "") -> String {
        #"{"routes": [{"path": "/r/", "target": "\#(target)"}]\#(more)}"#
    }

    @Test(arguments: [
        ("http://10.0.0.5/", "", "the guard refuses private addresses", #"["10.0.0.5"]"#),
        ("http://192.168.1.1:8080/v1/", "", "private", #"["192.168.1.1"]"#),
        ("http://[fd00::1]/", "", "private", #"["fd00::1"]"#),
        (
            "http://169.254.169.254/", #", "guard": {"allowPrivateNetworks": true}"#, "cloud metadata",
            "169.254.169.254"
        ),
        (
            "http://0.0.0.0:3000/", #", "guard": {"allowPrivateNetworks": true}"#, "unspecified",
            "Name another address."
        ),
        ("http://10.0.0.5/", #", "guard": {"allowPrivateNetworks": ["10.1.0.0/16"]}"#, "private", "10.0.0.5"),
        (
            "http://93.184.216.34/", #", "guard": {"denyNetworks": ["93.0.0.0/8"]}"#,
            "denyNetworks has 93.0.0.0/8", "Take it out"
        ),
        (
            "http://127.0.0.1:3000/",
            #", "listen": {"host": "192.0.2.1"}, "allowedHosts": "*", "prefix": {"enabled": false}"#,
            "loopback", #"["127.0.0.1"]"#
        ),
        (
            "http://localhost:3000/",
            #", "listen": {"host": "192.0.2.1"}, "allowedHosts": "*", "prefix": {"enabled": false}"#,
            "loopback", "127.0.0.0/8"
        ),
        ("http://localhost:3000/", #", "guard": {"allowPrivateNetworks": false}"#, "loopback", "127.0.0.0/8"),
        (
            "https://api.example/", #", "upstream": {"hosts": {"api.example": "10.0.0.9:1"}}"#, "private",
            "10.0.0.9"
        ),
    ])
    func `a route to an address that the guard refuses`(
        target: String,
        more: String,
        why: String,
        mend: String
    )
        throws
    {
        let found = try warnings(Self.route(target, more))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("warning: routes[0].target: ") == true, "\(found)")
        #expect(found.first?.contains(why) == true && found.first?.contains(mend) == true, "\(found)")
    }

    @Test(arguments: [
        ("http://127.0.0.1:3000/", ""), ("http://localhost:3000/", ""), ("http://93.184.216.34/", ""),
        ("http://intranet/", ""),
        ("http://10.0.0.5/", #", "guard": {"allowPrivateNetworks": ["10.0.0.0/8"]}"#),
        ("http://10.0.0.5/", #", "guard": {"allowPrivateNetworks": true}"#),
        // Only the port that is named goes elsewhere.
        ("https://api.example/", #", "upstream": {"hosts": {"api.example:8443": "10.0.0.9:1"}}"#),
        ("http://10.0.0.5/", #", "upstream": {"hosts": {"10.0.0.5": "127.0.0.1:1"}}"#),
    ])
    func `a target that is reached, or that only a look-up tells`(target: String, more: String) throws {
        #expect(try warnings(Self.route(target, more)) == [])
    }

    @Test func `a secret target is not shown`() throws {
        let found = try load(
            Self.route("http://10.0.0.5/${env:TOKEN}"),
            environment: ["TOKEN": "0123456789abcdef"]
        ).warnings.map(\.description)
        #expect(found.contains { $0.contains("The target is never connected to") }, "\(found)")
        #expect(!found.joined().contains("0123456789abcdef"))
    }

    @Test func `--to a loopback address on a public listener`() throws {
        let found = try warnings(nil, flags: Flags(host: "192.0.2.1", to: "http://localhost:3000"))
        let here = found.filter { $0.hasPrefix("--to: warning: routes[0].target: ") }
        #expect(here.count == 1, "\(found)")
        #expect(here.first?.contains("In a configuration file, set guard.allowPrivateNetworks") == true)
        #expect(try warnings(nil, flags: Flags(to: "http://localhost:3000")) == [])
    }

    @Test(arguments: [
        (
            #""mode": "follow", "targets": ["http://10.0.0.5/**"]"#,
            "redirects.targets[0]: \"http://10.0.0.5/**\" is never"
        ),
        (#""mode": "follow", "targets": ["[fd00::1]:8080"]"#, "redirects.targets[0]"),
        (
            #""mode": "follow", "max": 0, "targets": ["a.example"]"#,
            "redirects.targets: No redirect is followed: max is 0."
        ),
        (
            #""mode": "rewrite", "targets": ["a.example"]"#,
            "redirects.targets: No redirect of the route is followed."
        ),
    ])
    func `redirect targets that nothing reaches`(redirects: String, wanted: String) throws {
        let found = try warnings(
            #"{"routes": [{"path": "/r/", "target": "https://api.example/", "redirects": {\#(redirects)}}]}"#
        )
        #expect(found.count == 1 && found.first?.contains(wanted) == true, "\(found)")
    }

    @Test func `a pattern is told of as it is written`() throws {
        let json = #"{"prefix": {"targets": {"allow": ["http://[FD00::1]/**"]}}}"#
        let found = try warnings(json)
        #expect(found.map { $0.contains(#"allowPrivateNetworks to ["FD00::1"]"#) } == [true], "\(found)")
    }

    @Test func `patterns of the prefix form`() throws {
        let json = #"{"prefix": {"targets": {"allow": ["a.example", "http://10.0.0.5:*"]}}}"#
        let found = try warnings(json)
        #expect(found.count == 1 && found.first?.contains("prefix.targets.allow[1]: ") == true, "\(found)")
    }
}
