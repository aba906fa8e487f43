import Testing

@testable import Configuration

struct DefaultsTests {
    @Test(arguments: [nil, "{}", #"{"$schema": "./config.schema.json"}"#])
    func `means the same by no file and by an empty one`(json: String?) throws {
        let settings = try load(json)
        #expect(settings == Settings())
        #expect(settings.isUntouchedDefault)
        #expect(settings.warnings.isEmpty)
    }

    @Test func `listens on loopback and answers to loopback names`() throws {
        let settings = try load(nil)
        #expect(settings.listeners.map(\.host) == ["127.0.0.1"])
        #expect(settings.listeners.map(\.port) == [8080])
        #expect(settings.allowedHosts == ["localhost", "127.0.0.1", "[::1]", "*.localhost"])
        #expect(settings.basePath == "/")
        #expect(settings.trustedProxies == [])
        #expect(settings.shards == 0)
        #expect(settings.acceptOpenRelay == false)
    }

    @Test func `allows loopback origins everything but credentials`() throws {
        let cors = try load(nil).cors
        #expect(
            Set(cors.allowedOrigins) == [
                "http://localhost:*", "https://localhost:*", "http://127.0.0.1:*", "https://127.0.0.1:*",
                "http://[::1]:*", "https://[::1]:*", "http://*.localhost:*",
            ]
        )
        #expect(cors.deniedOrigins == [])
        #expect(cors.allowNullOrigin == false)
        #expect(cors.allowedMethods == ["*"])
        #expect(cors.allowedHeaders == ["*", "Authorization"])
        #expect(cors.exposedHeaders == ["*"])
        #expect(cors.allowCredentials == false)
        #expect(cors.maxAge == 7200)
        #expect(cors.allowPrivateNetwork == false)
        #expect(cors.timingAllowOrigin == false)
        #expect(cors.preflightStatus == 204)
        #expect(cors.requireOrigin == false)
    }

    @Test func `opens the prefix form to all targets`() throws {
        let prefix = try load(nil).prefix
        #expect(prefix.isEnabled)
        #expect(prefix.targets.allow.map(\.text) == ["*"])
        #expect(prefix.targets.deny == [])
        #expect(prefix.requireHeaders == [])
        #expect(prefix.redirectSameOrigin == false)
        #expect(prefix.helpFile == nil)
        #expect(prefix.request == FieldRules())
        #expect(prefix.request.setHeaders == [] && prefix.request.removeHeaders == [])
        #expect(prefix.response == FieldRules())
        #expect(prefix.redirects.mode == .follow)
        #expect(prefix.redirects.max == 5)
        #expect(prefix.cookies == .strip)
        #expect(prefix.webSockets)
    }

    @Test func `reaches loopback targets only because it listens on loopback`() throws {
        let settings = try load(nil)
        #expect(settings.guard.allowPrivateNetworks == .loopbackByDefault)
        #expect(settings.guard.denyNetworks == [])
        #expect(GuardSettings.loopbackBlocks.map(\.description) == ["127.0.0.0/8", "::1/128"])
    }

    @Test func `bounds the upstream side`() throws {
        let upstream = try load(nil).upstream
        #expect(upstream.proxy == .environment)
        #expect(upstream.hosts == [])
        #expect(upstream.connectTimeout == .seconds(10))
        #expect(upstream.responseTimeout == .seconds(60))
        #expect(upstream.idleTimeout == .seconds(60))
        #expect(upstream.streamIdleTimeout == .seconds(900))
        #expect(upstream.verifyTLS)
        #expect(upstream.caFile == nil)
        #expect(upstream.forwardedHeaders)
        #expect(upstream.origin == nil)
        #expect(upstream.maxConnectionsPerHost == 0)
        #expect(upstream.poolIdleTimeout == .seconds(20))
    }

    @Test func `bounds the client side, and logs for people`() throws {
        let limits = try load(nil).limits
        #expect(limits.headerBytes == 32_768)
        #expect(limits.headerCount == 100)
        #expect(limits.urlBytes == 16_384)
        #expect(limits.requestBody == .max)
        #expect(limits.responseBody == .max)
        #expect(limits.connections == 10_000)
        #expect(limits.connectionsPerAddress == 0)
        #expect(limits.upstreamConnections == 0)
        #expect(limits.webSockets == 1000)
        #expect(limits.headerTimeout == .seconds(10))
        #expect(limits.bodyTimeout == .seconds(30))
        #expect(limits.idleTimeout == .seconds(60))
        #expect(limits.writeTimeout == .seconds(60))
        #expect(limits.drainTimeout == .seconds(30))
        let log = try load(nil).log
        #expect(log.format == .pretty)
        #expect(log.level == .info)
        #expect(log.file == nil)
    }
}
