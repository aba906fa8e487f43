import Testing

@testable import Configuration

struct SectionTests {
    @Test func `reads the outer keys`() throws {
        let settings = try load(
            #"""
            {
              "listen": [{ "host": "[::1]", "port": 0 }],
              "allowedHosts": ["Proxy.Example.com", "*.example.org", "[::0001]", "192.0.2.1"],
              "basePath": "/tools/cors",
              "trustedProxies": ["10.0.0.0/8", "::1", "unix"],
              "shards": 4,
              "acceptOpenRelay": true
            }
            """#
        )
        #expect(settings.listeners[0].host == "::1")
        #expect(settings.listeners[0].hostInURL == "[::1]")
        #expect(settings.listeners[0].port == 0)
        #expect(settings.allowedHosts == ["proxy.example.com", "*.example.org", "[::1]", "192.0.2.1"])
        #expect(settings.basePath == "/tools/cors/")
        #expect(
            settings.trustedProxies.map(TextFormat.trustedProxy.text) == ["10.0.0.0/8", "::1/128", "unix"]
        )
        #expect(settings.shards == 4)
        #expect(settings.acceptOpenRelay)
        #expect(!settings.isUntouchedDefault)
    }

    @Test func `reads the policy`() throws {
        let cors = try load(
            #"""
            { "cors": {
              "allowedOrigins": ["https://app.example"], "deniedOrigins": ["https://bad.example"],
              "allowNullOrigin": true, "allowedMethods": ["PUT"], "allowedHeaders": ["X-A"],
              "exposedHeaders": ["ETag"], "allowCredentials": false, "maxAge": 600, "allowPrivateNetwork": true,
              "timingAllowOrigin": true, "preflightStatus": 200, "requireOrigin": true,
              "dangerouslyAllowInsecureOrigins": true, "dangerouslyAllowPublicSuffixes": true
            } }
            """#
        ).cors
        #expect(cors.allowedOrigins == ["https://app.example"])
        #expect(cors.deniedOrigins == ["https://bad.example"])
        #expect(cors.allowNullOrigin)
        #expect(cors.allowedMethods == ["PUT"])
        #expect(cors.allowedHeaders == ["X-A"])
        #expect(cors.exposedHeaders == ["ETag"])
        #expect(cors.maxAge == 600)
        #expect(cors.allowPrivateNetwork && cors.timingAllowOrigin && cors.requireOrigin)
        #expect(cors.preflightStatus == 200)
        #expect(cors.dangerouslyAllowInsecureOrigins && cors.dangerouslyAllowPublicSuffixes)
    }

    @Test func `takes a star for a list of one star`() throws {
        let settings = try load(
            #"""
            { "cors": { "allowedOrigins": "*", "allowedMethods": "*", "allowedHeaders": "*", "exposedHeaders": "*" },
              "prefix": { "targets": { "allow": "*", "deny": ["a.example"] } }, "allowedHosts": "*" }
            """#
        )
        let cors = settings.cors
        let lists = [
            cors.allowedOrigins, cors.allowedMethods, cors.allowedHeaders, cors.exposedHeaders,
            settings.prefix.targets.allow.map(\.text), settings.allowedHosts,
        ]
        #expect(lists.allSatisfy { $0 == ["*"] })
    }

    @Test func `reads the prefix form, fields in the order of the file`() throws {
        let prefix = try load(
            #"""
            { "prefix": {
              "enabled": false, "targets": { "allow": ["a.example"], "deny": [] },
              "requireHeaders": ["Origin", "X-Requested-With"], "redirectSameOrigin": true, "helpFile": null,
              "request": { "setHeaders": { "X-B": "2", "X-A": "", "Accept": "a\tb é" }, "removeHeaders": ["Referer"] },
              "response": { "setHeaders": { "X-C": "${3}" }, "removeHeaders": ["Server"] },
              "redirects": { "mode": "rewrite", "max": 0 }, "cookies": "strip", "webSockets": false
            } }
            """#
        ).prefix
        #expect(!prefix.isEnabled)
        #expect(prefix.targets.allow.map(\.text) == ["a.example"] && prefix.targets.deny == [])
        #expect(prefix.requireHeaders == ["Origin", "X-Requested-With"])
        #expect(prefix.redirectSameOrigin)
        #expect(prefix.request.setHeaders.map(\.name) == ["X-B", "X-A", "Accept"])
        #expect(prefix.request.setHeaders.map(\.value) == ["2", "", "a\tb é"])
        #expect(prefix.request.removeHeaders == ["Referer"])
        #expect(prefix.response.setHeaders == [.init(name: "X-C", value: "${3}")])
        #expect(prefix.response.removeHeaders == ["Server"])
        #expect(prefix.redirects == RedirectSettings(mode: .rewrite, max: 0))
        #expect(!prefix.webSockets)
    }

    @Test(
        arguments: [
            ("true", .all), ("false", .none), ("[]", .blocks([])),
            (#"["127.0.0.0/8", "::1"]"#, .blocks(GuardSettings.loopbackBlocks)),
        ] as [(String, GuardSettings.PrivateNetworks)]
    )
    func `reads which private networks are reachable`(json: String, expected: GuardSettings.PrivateNetworks)
        throws
    {
        let settings = try load(
            #"{"guard": {"allowPrivateNetworks": \#(json), "denyNetworks": ["192.0.2.0/24"]}}"#
        )
        #expect(settings.guard.allowPrivateNetworks == expected)
        #expect(settings.guard.denyNetworks.map(\.description) == ["192.0.2.0/24"])
    }

    @Test func `reads the upstream side`() throws {
        let upstream = try load(
            #"""
            { "upstream": {
              "proxy": "socks5h://u:p@proxy.example:1080",
              "hosts": { "API.example.com": "127.0.0.1:9000", "b.example:443": "[::1]", "[::1]:80": "c.example" },
              "connectTimeout": "250ms", "responseTimeout": 90, "idleTimeout": "1h", "verifyTLS": false,
              "streamIdleTimeout": "24h",
              "caFile": null, "http2": false, "forwardedHeaders": false, "maxConnectionsPerHost": 8,
              "poolIdleTimeout": 0, "origin": "none"
            } }
            """#
        ).upstream
        #expect(upstream.proxy == .url("socks5h://u:p@proxy.example:1080"))
        #expect(upstream.hosts.map(\.target.host) == ["api.example.com", "b.example", "[::1]"])
        #expect(upstream.hosts.map(\.target.port) == [nil, 443, 80])
        #expect(upstream.hosts.map(\.destination.host) == ["127.0.0.1", "[::1]", "c.example"])
        #expect(upstream.hosts.map(\.destination.port) == [9000, nil, nil])
        #expect(upstream.connectTimeout == .milliseconds(250))
        #expect(upstream.responseTimeout == .seconds(90))
        #expect(upstream.idleTimeout == .seconds(3600))
        #expect(upstream.streamIdleTimeout == .seconds(86_400))
        #expect(!upstream.verifyTLS && !upstream.forwardedHeaders)
        #expect(upstream.maxConnectionsPerHost == 8)
        #expect(upstream.poolIdleTimeout == .zero)
        #expect(upstream.origin?.rawValue == "none")
        #expect(try load(#"{"upstream": {"proxy": "none", "http2": "auto"}}"#).upstream.proxy == .none)
    }

    @Test func `reads limits and the log`() throws {
        let settings = try load(
            #"""
            { "limits": {
              "headerBytes": 1024, "headerCount": 5, "urlBytes": "1KB", "requestBody": "20MB",
              "responseBody": "unlimited", "connections": 7, "connectionsPerAddress": 3, "upstreamConnections": 9,
              "webSockets": 11,
              "headerTimeout": "1s",
              "bodyTimeout": "2s", "idleTimeout": "3s", "writeTimeout": "4s", "drainTimeout": 0, "rate": null
            }, "log": { "format": "json", "level": "debug", "file": "a.log" } }
            """#
        )
        let limits = settings.limits
        #expect([limits.headerBytes, limits.headerCount, limits.urlBytes] == [1024, 5, 1024])
        #expect([limits.requestBody, limits.responseBody] == [20 << 20, .max])
        #expect([limits.connections, limits.connectionsPerAddress, limits.upstreamConnections] == [7, 3, 9])
        #expect(limits.webSockets == 11)
        let times = [limits.headerTimeout, limits.bodyTimeout, limits.idleTimeout, limits.writeTimeout]
        #expect(times == [.seconds(1), .seconds(2), .seconds(3), .seconds(4)])
        #expect(limits.drainTimeout == .zero)
        #expect(settings.log == LogSettings(format: .json, level: .debug, file: "a.log"))
    }

    @Test func `takes keys of later versions with their default`() throws {
        let json = #"""
            { "routes": [], "rules": [], "clientKeys": [], "admin": { "enabled": false, "host": "::1", "port": 1 },
              "listen": { "tls": null }, "limits": { "rate": null } }
            """#
        #expect(refusals(json) == [])
    }
}
