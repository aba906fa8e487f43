import TestSupport
import Testing

@Suite struct RateTests {
    private static func rate(_ requests: Int, key: String = "ip", burst: Int? = nil, _ more: String = "")
        -> String
    {
        let burst = burst.map { ", \"burst\": \($0)" } ?? ""
        return "{\"requests\": \(requests), \"per\": \"1h\", \"key\": \"\(key)\"\(burst)\(more)}"
    }

    /// A proxy with one route under a limit.
    private static func proxy(_ rate: String, to upstream: ScriptedUpstream, _ more: String = "") throws
        -> ProxyProcess
    {
        try Gateway.start(
            Gateway.config([Gateway.route("/r/", to: upstream.url(), "\"rate\": \(rate)\(more)")]),
            environment: [:]
        )
    }

    /// The statuses of so many requests, each on a connection of its own.
    private static func statuses(
        _ count: Int,
        _ proxy: ProxyProcess,
        _ target: String = "r/x",
        _ fields: [String] = [],
        from source: String? = nil
    ) throws -> [Int] {
        try (0..<count).map { _ in
            let client = try proxy.connect(from: source)
            try client.send(proxy.head("GET", target, fields))
            return try client.readResponse().status
        }
    }

    @Test func `one request too many is a 429 that says when to come again, to a page too`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(Self.rate(2), to: upstream)
        let client = try proxy.connect()
        for _ in 1...2 {
            try client.send(proxy.head("GET", "r/x", [origin(Policy.local)]))
            #expect(try client.readResponse().text == "ok")
        }
        try client.send(proxy.head("GET", "r/x", [origin(Policy.local)]))
        let response = try client.readResponse()
        #expect(response.status == 429, "\(response)")
        #expect(response.errorCode == "rate-limited")
        let wait = try #require(response.value(of: "Retry-After").flatMap { Int($0) })
        #expect((1...3600).contains(wait), "one token comes each half hour")
        let names = response.names.filter { $0.hasPrefix("ratelimit") }
        #expect(!names.isEmpty)
        #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local])
        let exposed = response.elements(of: "Access-Control-Expose-Headers")
        for name in names + ["retry-after", "x-corsway-error"] {
            #expect(exposed.contains(name) || exposed == ["*"], "\(name)")
        }
        #expect(upstream.requests.count == 2)
        // The connection is as good as before.
        try client.send(proxy.head("GET", "iscorsneeded"))
        #expect(try client.readResponse().text == "no")
    }

    @Test(arguments: [Policy.list, Policy.credentials])
    func `the fields of a 429 are exposed where the policy lists others`(policy: String) throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(Self.rate(1), to: upstream, ", \"cors\": \(policy)")
        let fields = [origin(Policy.app)]
        #expect(try proxy.request("GET", "r/x", fields).text == "ok")
        let response = try proxy.request("GET", "r/x", fields)
        #expect(response.status == 429)
        let exposed = response.elements(of: "Access-Control-Expose-Headers")
        #expect(exposed.contains("retry-after"), "\(response)")
        let names = response.names.filter { $0.hasPrefix("ratelimit") }
        for name in names { #expect(exposed.contains(name), "\(name)") }
        #expect(!exposed.contains("*"))
    }

    @Test(arguments: [(1, 5, 5), (5, 2, 2), (3, 0, 3)])
    func `burst is how many may come at once, over all shards`(requests: Int, burst: Int, passing: Int) throws
    {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), "\"rate\": \(Self.rate(requests, burst: burst))"),
            more: #""shards": 2"#
        )
        let statuses = try Self.statuses(passing + 5, proxy)
        #expect(statuses == Array(repeating: 200, count: passing) + Array(repeating: 429, count: 5))
        #expect(upstream.requests.count == passing)
    }

    @Test func `tokens come back with time`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(#"{"requests": 1, "per": "1s", "burst": 1}"#, to: upstream)
        #expect(try proxy.request("GET", "r/x").status == 200)
        var refused = 0
        try eventually("another token") {
            let status = try proxy.request("GET", "r/x").status
            refused += status == 429 ? 1 : 0
            return status == 200
        }
        #expect(refused > 0)
    }

    @Test func `preflights and denied origins are never charged`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(Self.rate(2), to: upstream)
        let preflight = [origin(Policy.local), "Access-Control-Request-Method: PUT"]
        for _ in 1...5 {
            #expect(try proxy.request("OPTIONS", "r/x", preflight).status == 204)
            #expect(try proxy.request("GET", "r/x", [origin(Policy.stranger)]).errorCode == "origin-denied")
        }
        #expect(try Self.statuses(3, proxy) == [200, 200, 429])
        #expect(try proxy.request("OPTIONS", "r/x", preflight).status == 204)
    }

    // MARK: Keys

    @Test func `key ip counts addresses`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(Self.rate(1), to: upstream)
        #expect(try Self.statuses(2, proxy) == [200, 429])
        #expect(try Self.statuses(2, proxy, from: "127.0.0.2") == [200, 429])
        // What a stranger says about itself changes nothing.
        let claims = ["X-Forwarded-For: 203.0.113.9", "X-Real-IP: 203.0.113.9", "Forwarded: for=203.0.113.9"]
        for claim in claims { #expect(try Self.statuses(1, proxy, "r/x", [claim]) != [200]) }
    }

    @Test func `key ip takes IPv6 by its 64 bits of network, as a trusted forwarder tells`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), "\"rate\": \(Self.rate(1))"),
            more: #""trustedProxies": ["127.0.0.1/32"]"#
        )
        for (address, status) in [
            ("2001:db8:0:1::1", 200), ("2001:db8:0:1::2", 429), ("2001:db8:0:1:ffff:1:2:3", 429),
            ("2001:db8:0:2::1", 200), ("203.0.113.9", 200), ("203.0.113.9", 429), ("203.0.113.10", 200),
            ("198.51.100.1, 203.0.113.10", 429),
        ] {
            let found = try Self.statuses(1, proxy, "r/x", ["X-Forwarded-For: \(address)"])
            #expect(found == [status], "\(address)")
        }
    }

    @Test func `a forwarder may write ports, brackets, quotes, zones and mapped addresses`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), "\"rate\": \(Self.rate(1))"),
            more: #""trustedProxies": ["127.0.0.1/32", "192.0.2.1"]"#
        )
        for (address, status) in [
            ("203.0.113.9:4711", 200), ("203.0.113.9", 429), ("203.0.113.9:1", 429), ("203.0.113.10:1", 200),
            ("[2001:db8::1]:44", 200), ("[2001:db8::2]", 429), ("2001:db8::3", 429),
            ("\"[2001:db8::4]:5\"", 429),
            ("fe80::1%eth0", 200), ("fe80::2", 429), ("::ffff:198.51.100.7", 200), ("198.51.100.7:80", 429),
            ("::ffff:198.51.100.8", 200), ("[::ffff:198.51.100.8]:443", 429),
            ("203.0.113.11, 192.0.2.1:3128", 200), ("203.0.113.11:9", 429),
        ] {
            let found = try Self.statuses(1, proxy, "r/x", ["X-Forwarded-For: \(address)"])
            #expect(found == [status], "\(address)")
        }
        #expect(!proxy.child.standardOutput.contains("is no address"))
    }

    @Test func `what is no address is warned of once, and its clients share one limit`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), "\"rate\": \(Self.rate(2))"),
            more: #""trustedProxies": ["127.0.0.1/32"], "shards": 1"#
        )
        let names = ["unknown", "_hidden", "203.0.113.9:x", "[2001:db8::1", "203.0.113.9:123456", "1.2.3:80"]
        let found = try names.flatMap { try Self.statuses(1, proxy, "r/x", ["X-Forwarded-For: \($0)"]) }
        #expect(found == [200, 200, 429, 429, 429, 429])
        _ = try proxy.logLines(with: #"X-Forwarded-For of 127.0.0.1 holds "unknown", which is no address"#)
        #expect(proxy.child.standardOutput.components(separatedBy: "is no address").count == 2, "once")
    }

    @Test func `wrong client keys count towards the limit of their address`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(
            Self.rate(3, ", \"exempt\": [\"\(Policy.local)\"]"),
            to: upstream,
            #", "clientKeys": ["first-key"]"#
        )
        // Whoever guesses can write any Origin, one that is never limited too.
        let guess = [origin(Policy.local), "X-Proxy-Key: wrong"]
        #expect(try Self.statuses(5, proxy, "r/x", guess, from: "127.0.0.2") == [401, 401, 401, 429, 429])
        #expect(try Self.statuses(1, proxy, "r/x", ["X-Proxy-Key: first-key"], from: "127.0.0.2") == [429])
        #expect(
            try Self.statuses(4, proxy, "r/x", from: "127.0.0.3") == [401, 401, 401, 401],
            "no key, no guess"
        )
        #expect(try Self.statuses(1, proxy, "r/x", ["X-Proxy-Key: first-key"]) == [200])
        #expect(upstream.requests.count == 1)
    }

    @Test(arguments: ["origin", "clientKey"])
    func `where addresses are not counted, an address has some wrong keys all the same`(key: String) throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(
            Self.rate(1, key: key),
            to: upstream,
            #", "clientKeys": ["first-key"]"#
        )
        let statuses = try Self.statuses(12, proxy, "r/x", ["X-Proxy-Key: wrong"])
        #expect(statuses == Array(repeating: 401, count: 10) + [429, 429])
        #expect(try Self.statuses(1, proxy, "r/x", ["X-Proxy-Key: first-key"]) == [200])
    }

    @Test func `key origin counts origins`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(Self.rate(1, key: "origin"), to: upstream)
        for page in [Policy.local, "http://localhost:3001"] {
            #expect(try Self.statuses(2, proxy, "r/x", [origin(page)]) == [200, 429])
        }
    }

    @Test func `key clientKey counts the keys that were accepted`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(
            Self.rate(1, key: "clientKey"),
            to: upstream,
            #", "clientKeys": ["first-key", "second-key"]"#
        )
        #expect(try Self.statuses(3, proxy, "r/x", ["X-Proxy-Key: wrong"]) == [401, 401, 401])
        for key in ["first-key", "second-key"] {
            #expect(try Self.statuses(2, proxy, "r/x", ["X-Proxy-Key: \(key)"]) == [200, 429])
        }
        #expect(upstream.requests.count == 2)
    }

    @Test func `exempt origins are never limited, and requests 0 lets nobody else through`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let exempt = ", \"exempt\": [\"https://*.shop.example\", \"\(Policy.app)\"], \"burst\": 0"
        let proxy = try Self.proxy(
            Self.rate(0, exempt),
            to: upstream,
            #", "cors": {"allowedOrigins": ["https://*.example"]}"#
        )
        for page in [Policy.app, "https://a.shop.example"] {
            #expect(try Self.statuses(3, proxy, "r/x", [origin(page)]) == [200, 200, 200])
        }
        #expect(try Self.statuses(2, proxy, "r/x", [origin(Policy.stranger)]) == [429, 429])
        #expect(try Self.statuses(1, proxy) == [429])
    }

    @Test func `a route's limit and the global one stand side by side`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/one/", to: upstream.url(), "\"rate\": \(Self.rate(1))"),
            Gateway.route("/two/", to: upstream.url()),
            more: "\"limits\": {\"rate\": \(Self.rate(3))}"
        )
        #expect(try Self.statuses(2, proxy, "one/x") == [200, 429])
        let rest = try Self.statuses(1, proxy, "two/x") + Self.statuses(1, proxy, upstream.url())
        #expect(rest.first == 200)
        #expect(try Self.statuses(2, proxy, "two/x").last == 429)
        #expect(try Self.statuses(1, proxy, upstream.url()) == [429])
    }

    @Test func `twenty thousand clients take little memory, and do not free the one that is limited`() throws
    {
        let proxy = try ProxyProcess(
            """
            {"trustedProxies": ["127.0.0.1/32"], "shards": 1, "log": {"level": "error"},
             "guard": {"denyNetworks": ["192.0.2.0/24"]}, "limits": {"rate": \(Self.rate(1))}}
            """
        )
        let target = "http://192.0.2.1/"
        let limited = ["X-Forwarded-For: 203.0.113.9"]
        #expect(try Self.statuses(2, proxy, target, limited) == [403, 429])
        /// Sends the requests of so many addresses, a hundred at a time.
        func ask(_ numbers: Range<Int>) throws {
            let client = try proxy.connect()
            for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 100) {
                let heads = (start..<start + 100).map { number in
                    let address = "2001:db8:\(String(number, radix: 16))::1"
                    return proxy.head("HEAD", target, ["X-Forwarded-For: \(address)"])
                }
                try client.send(heads.joined())
                for _ in 0..<100 {
                    let response = try client.readResponse(to: "HEAD")
                    #expect(response.status == 403, "\(response)")
                }
            }
        }
        try ask(0..<2_000)
        let before = proxy.child.residentBytes
        try ask(2_000..<20_000)
        #expect(proxy.child.residentBytes < before + (8 << 20))
        #expect(try Self.statuses(1, proxy, target, limited) == [429])
    }

    // MARK: CORSANYWHERE_RATELIMIT

    private static func corsAnywhere(_ value: String, _ config: String? = Policy.config(Policy.any)) throws
        -> ProxyProcess
    {
        try Gateway.start(config, environment: ["CORSANYWHERE_RATELIMIT": value])
    }

    @Test func `CORSANYWHERE_RATELIMIT limits each origin, but for its hosts`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.corsAnywhere(
            #"2 60 app.example local.example:3000 /.*\.shop\.example/ /a|a\.c/"#
        )
        func statuses(_ page: String) throws -> [Int] {
            try Self.statuses(3, proxy, upstream.url(), [origin(page)])
        }
        for page in [
            Policy.app, "http://app.example", "https://a.shop.example", "https://b.a.shop.example",
            "https://a.c",
            "http://local.example:3000", "https://A.SHOP.example", "https://APP.example",
        ] {
            #expect(try statuses(page) == [200, 200, 200], "\(page)")
        }
        for page in [
            Policy.stranger, "https://app.example.evil", "https://xapp.example",
            "https://a.shop.example.evil",
            "https://shop.example", "http://local.example:3001", "https://app.example:8443", "https://xa.c",
            "https://a.cx",
        ] {
            #expect(try statuses(page) == [200, 200, 429], "\(page)")
        }
        let limited = try proxy.request("GET", upstream.url(), [origin(Policy.stranger)])
        #expect(limited.values(of: "Access-Control-Allow-Origin") == ["*"])
    }

    @Test func `CORSANYWHERE_RATELIMIT 0 lets only its hosts through`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.corsAnywhere("0 1 app.example")
        #expect(try Self.statuses(2, proxy, upstream.url(), [origin(Policy.app)]) == [200, 200])
        #expect(try Self.statuses(2, proxy, upstream.url(), [origin(Policy.stranger)]) == [429, 429])
    }

    @Test(arguments: ["x", "5", "5 x", "-1 3", "5 0", "5 3 /a", "5 3 /(/"])
    func `a CORSANYWHERE_RATELIMIT that says nothing is refused`(value: String) throws {
        let (exit, _, error) = try CorswayProgram.run(
            ["serve", "--port", "0"],
            environment: ["CORSANYWHERE_RATELIMIT": value]
        )
        #expect(exit == .status(2))
        #expect(error.contains("CORSANYWHERE_RATELIMIT"))
    }

    @Test(arguments: [
        #"{"requests": -1}"#, #"{"requests": 1, "per": "0s"}"#, #"{"requests": 1, "key": "cookie"}"#,
        #"{"requests": 1, "exempt": ["https://App.example"]}"#, #"{"request": 1}"#, "5",
    ])
    func `a limit that cannot hold is refused with its place`(rate: String) throws {
        #expect(try Gateway.refusal(of: "{\"limits\": {\"rate\": \(rate)}}").contains("limits.rate"))
    }
}
