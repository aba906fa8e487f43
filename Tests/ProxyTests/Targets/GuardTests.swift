import TestSupport
import Testing

private let closedGuard = #"{"guard": {"allowPrivateNetworks": false}}"#

@Suite struct GuardTests {
    private enum Shared {
        static let closed = Result { try ProxyProcess(closedGuard) }
        static let open = Result { try ProxyProcess(#"{"guard": {"allowPrivateNetworks": true}}"#) }
    }

    @Test(arguments: [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "[::]", "[::1]", "[100::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]", "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]", "[fec0::1]", "[ff02::1]", "[4000::1]",
    ])
    func `a private or special address is refused`(host: String) throws {
        let response = try Shared.closed.get().request("GET", "http://\(host)/", [origin(Policy.local)])
        #expect(response.status == 403, "\(response)")
        #expect(response.errorCode == "private-address")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
    }

    @Test(arguments: [
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]",
        "[::ffff:0:127.0.0.1]", "[2002:7f00:1::]", "[2001::1]",
    ])
    func `IPv4 embedded in IPv6 is refused even where private networks are allowed`(host: String) throws {
        for proxy in [try Shared.closed.get(), try Shared.open.get()] {
            let response = try proxy.request("GET", "http://\(host)/")
            #expect(response.status == 403, "\(response)")
            #expect(response.errorCode == "private-address")
        }
    }

    @Test(arguments: [
        "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "localhost",
        "LOCALHOST", "localhost.", "127.0.0.1.", "%31%32%37.0.0.1", "１２７.0.0.1".percentEncoded,
        "127。0。0。1".percentEncoded,
        "①②⑦.0.0.1".percentEncoded,
    ])
    func `another spelling of loopback changes nothing`(host: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let response = try Shared.closed.get().request("GET", "http://\(host):\(upstream.port)/")
        #expect([400, 403, 404, 502].contains(response.status), "\(response)")
        #expect(response.errorCode != nil)
        #expect(upstream.openedConnections == 0)
    }

    @Test(arguments: [
        "http://localhost", "http://127.0.0.1", "http://0x7f000001", "http://127.1", "http:///localhost",
    ])
    func `a loopback upstream is not connected while the guard is closed`(start: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let response = try Shared.closed.get().request("GET", "\(start):\(upstream.port)/")
        #expect(response.text.contains("reached") == false)
        #expect(upstream.openedConnections == 0)
    }

    @Test func `loopback targets are open by default on a loopback listener, other private ones are not`()
        throws
    {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(nil)
        #expect(try proxy.request("GET", upstream.url()).text == "ok")
        #expect(try proxy.request("GET", "http://localhost:\(upstream.port)/").text == "ok")
        #expect(try proxy.request("GET", "http://10.0.0.1/").errorCode == "private-address")
    }

    @Test func `allowPrivateNetworks takes blocks, and denyNetworks wins`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let other = try ScriptedUpstream(host: "127.0.0.2") { _ in Answer.text("ok") }
        let blocks = #"{"guard": {"allowPrivateNetworks": ["127.0.0.1/32", "127.0.0.3"]}}"#
        let proxy = try ProxyProcess(blocks)
        #expect(try proxy.request("GET", upstream.url()).text == "ok")
        #expect(try proxy.request("GET", other.url()).errorCode == "private-address")
        let denying = try ProxyProcess(
            #"{"guard": {"allowPrivateNetworks": true, "denyNetworks": ["127.0.0.2/32"]}}"#
        )
        #expect(try denying.request("GET", upstream.url()).text == "ok")
        #expect(try denying.request("GET", other.url()).status == 403)
        #expect(other.openedConnections == 0)
    }

    @Test func `a redirect into a private network is refused at its hop`() throws {
        let inner = try ScriptedUpstream(host: "127.0.0.2") { _ in Answer.text("secret") }
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: inner.url("/admin")) }
        let proxy = try ProxyProcess(#"{"guard": {"allowPrivateNetworks": ["127.0.0.1/32"]}}"#)
        let response = try proxy.request("GET", upstream.url(), [origin(Policy.local)])
        #expect(response.status == 403)
        #expect(response.errorCode == "private-address")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(inner.openedConnections == 0)
    }

    @Test func `a name is judged by the address that it leads to`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try ProxyProcess(
            "{\"guard\": {\"allowPrivateNetworks\": false}, "
                + "\"upstream\": {\"hosts\": {\"api.example.com\": \"\(upstream.authority)\"}}}"
        )
        let response = try proxy.request("GET", "http://api.example.com/")
        #expect(response.status == 403)
        #expect(response.errorCode == "private-address")
        #expect(upstream.openedConnections == 0)
    }

    @Test func `a pooled connection is judged anew for each request`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        // A request that somebody forwarded has none of the privileges of a loopback listener.
        let proxy = try ProxyProcess(Policy.config(Policy.any, "\"shards\": 1"))
        #expect(try proxy.request("GET", upstream.url()).text == "ok")
        let forwarded = try proxy.request("GET", upstream.url(), ["X-Forwarded-For: 203.0.113.9"])
        #expect(forwarded.status == 403, "\(forwarded)")
        #expect(upstream.requests.count == 1)
        #expect(try proxy.request("GET", upstream.url()).text == "ok")
    }

    @Test(arguments: [
        "Forwarded: for=203.0.113.9", "X-Forwarded-For: 203.0.113.9", "X-Real-IP: 203.0.113.9",
        "Via: 1.1 front",
    ])
    func `the untouched default refuses what an unknown proxy forwarded`(field: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try ProxyProcess()
        let response = try proxy.request("GET", upstream.url(), [field, origin(Policy.local)])
        #expect(response.status == 403)
        #expect(response.errorCode == "untrusted-forwarder")
        #expect(response.text.contains("trustedProxies"))
        #expect(upstream.openedConnections == 0)
    }

    /// A file by which loopback targets are open to those too who have no privilege of this machine.
    static let opensLoopback = #"{"guard": {"allowPrivateNetworks": ["127.0.0.0/8", "::1"]}}"#

    /// The head of a request as a server in front sends it on that says nothing of itself.
    private static func relayed(_ target: String, version: String = "1.1", host: String) -> String {
        "GET /\(target) HTTP/\(version)\r\nHost: \(host)\r\nOrigin: \(Policy.local)\r\n\r\n"
    }

    @Test(arguments: [("1.0", "127.0.0.1:8080"), ("1.0", "localhost"), ("1.1", "cors.example.com")])
    func `a bare proxy_pass shows by its version or its Host`(version: String, host: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        func answer(_ config: String?, _ target: String) throws -> RawResponse {
            let client = try ProxyProcess(config).connect()
            try client.send(Self.relayed(target, version: version, host: host))
            return try client.readResponse()
        }
        let refused = try answer(nil, upstream.url())
        #expect(refused.status == 403, "\(refused)")
        #expect(refused.errorCode == "untrusted-forwarder")
        #expect(refused.text.contains("trustedProxies"))
        #expect(refused.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(try answer(nil, "iscorsneeded").errorCode == "untrusted-forwarder")
        // In a configuration of one's own, loopback targets alone are closed.
        let hosts = #""allowedHosts": ["localhost", "127.0.0.1", "cors.example.com"]"#
        let closed = try answer("{\(hosts)}", upstream.url())
        #expect(closed.errorCode == "private-address", "\(closed)")
        #expect(try answer("{\(hosts)}", "iscorsneeded").text == "no")
        #expect(upstream.openedConnections == 0)
        let named = #""guard": {"allowPrivateNetworks": ["127.0.0.0/8"]}"#
        #expect(try answer("{\(hosts), \(named)}", upstream.url()).text == "reached")
        let trusting = #""trustedProxies": ["127.0.0.1"]"#
        #expect(try answer("{\(hosts), \(trusting)}", upstream.url()).text == "reached")
    }

    @Test func `a handshake by HTTP/1.0 is a 400, whoever sends it`() throws {
        for config in [nil, #"{"trustedProxies": ["127.0.0.1"]}"#, Self.opensLoopback] {
            let client = try ProxyProcess(config).connect()
            let upgrade = "Connection: upgrade\r\nUpgrade: websocket\r\n"
            try client.send("GET /http://127.0.0.1:1/ HTTP/1.0\r\nHost: localhost\r\n\(upgrade)\r\n")
            let response = try client.readResponse()
            #expect(response.status == 400, "\(response)")
            #expect(response.text.contains("proxy_http_version"))
        }
    }

    @Test func `a trusted forwarder keeps the privileges and its claims are believed`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(#"{"trustedProxies": ["127.0.0.1/32"]}"#)
        let response = try proxy.request("GET", upstream.url(), ["X-Forwarded-For: 203.0.113.9"])
        #expect(response.text == "ok")
        let forwarded = upstream.requests.first?.elements(of: "X-Forwarded-For")
        #expect(forwarded?.first == "203.0.113.9")
    }

    @Test func `a request for the proxy itself is a loop`() throws {
        let proxy = try ProxyProcess()
        for target in ["http://\(proxy.authority)/http://example.com/", "http://localhost:\(proxy.port)/"] {
            let response = try proxy.request("GET", target, [origin(Policy.local)])
            #expect(response.status == 508, "\(response)")
            #expect(response.errorCode == "loop-detected")
            #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        }
    }

    @Test func `a request that comes back by way of another server is a loop`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(#"{"trustedProxies": ["127.0.0.1/32"]}"#)
        _ = try proxy.request("GET", upstream.url())
        let via = try #require(upstream.requests.first?.value(of: "Via"))
        let response = try proxy.request("GET", upstream.url(), ["Via: 1.1 elsewhere, \(via)"])
        #expect(response.status == 508)
        #expect(response.errorCode == "loop-detected")
        #expect(upstream.requests.count == 1)
    }

    @Test(arguments: [
        "evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1",
    ])
    func `a Host outside allowedHosts is misdirected`(host: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let client = try Shared.open.get().connect()
        try client.send("GET /\(upstream.url()) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        let response = try client.readResponse()
        #expect(response.status == 421)
        #expect(response.errorCode == "host-not-allowed")
        #expect(response.text.contains("allowedHosts"))
        #expect(upstream.openedConnections == 0)
    }

    @Test(arguments: [
        "localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8080", "a.localhost", "b.a.localhost:9",
    ])
    func `the loopback names are answered by default`(host: String) throws {
        let client = try Shared.closed.get().connect()
        try client.send("GET /iscorsneeded HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(try client.readResponse().status == 200)
    }

    @Test func `allowedHosts replaces the default names`() throws {
        let proxy = try ProxyProcess(#"{"allowedHosts": ["proxy.example", "*.dev.example"]}"#)
        for (host, status) in [
            ("proxy.example", 200), ("a.dev.example", 200), ("dev.example", 421), ("localhost", 421),
        ] {
            let client = try proxy.connect()
            try client.send("GET /iscorsneeded HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect(try client.readResponse().status == status, "\(host)")
        }
    }
}

extension String {
    /// The text with every byte beyond ASCII as `%XX`, as a browser sends it.
    fileprivate var percentEncoded: String {
        utf8.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "%" + String($0, radix: 16, uppercase: true) }
            .joined()
    }
}
