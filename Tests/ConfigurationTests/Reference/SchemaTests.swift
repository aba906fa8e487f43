import Testing

@testable import Configuration

struct SchemaTests {
    /// Every key of the format, spelt out: the names are fixed, since files outside the repository use them.
    private static let keys = """
        $schema listen listen.host listen.port listen.unix listen.mode listen.tls listen.tls.certificate
        listen.tls.privateKey allowedHosts basePath trustedProxies shards
        cors cors.allowedOrigins cors.deniedOrigins cors.allowNullOrigin cors.allowedMethods cors.allowedHeaders
        cors.exposedHeaders cors.allowCredentials cors.maxAge cors.allowPrivateNetwork cors.timingAllowOrigin
        cors.preflightStatus cors.requireOrigin cors.dangerouslyAllowInsecureOrigins
        cors.dangerouslyAllowPublicSuffixes cors.dangerouslyAllowAnyOrigin
        prefix prefix.enabled prefix.targets prefix.targets.allow prefix.targets.deny prefix.requireHeaders
        prefix.redirectSameOrigin prefix.helpFile prefix.request prefix.request.setHeaders
        prefix.request.removeHeaders prefix.response prefix.response.setHeaders prefix.response.removeHeaders
        prefix.redirects prefix.redirects.mode prefix.redirects.max prefix.cookies prefix.webSockets
        clientKeys
        routes routes[].name routes[].path routes[].target routes[].methods routes[].cors
        routes[].cors.allowedOrigins routes[].cors.deniedOrigins routes[].cors.allowNullOrigin
        routes[].cors.allowedMethods routes[].cors.allowedHeaders routes[].cors.exposedHeaders
        routes[].cors.allowCredentials routes[].cors.maxAge routes[].cors.allowPrivateNetwork
        routes[].cors.timingAllowOrigin routes[].cors.preflightStatus routes[].cors.requireOrigin
        routes[].cors.dangerouslyAllowInsecureOrigins routes[].cors.dangerouslyAllowPublicSuffixes
        routes[].cors.dangerouslyAllowAnyOrigin routes[].request routes[].request.setHeaders
        routes[].request.removeHeaders routes[].request.setQuery routes[].response
        routes[].response.setHeaders routes[].response.removeHeaders routes[].redirects
        routes[].redirects.mode routes[].redirects.max routes[].redirects.targets routes[].cookies routes[].webSockets
        routes[].hosts routes[].documents routes[].clientKeys
        routes[].rate routes[].rate.requests routes[].rate.per routes[].rate.burst routes[].rate.key
        routes[].rate.exempt routes[].upstream routes[].upstream.proxy routes[].upstream.hosts
        routes[].upstream.connectTimeout routes[].upstream.responseTimeout routes[].upstream.idleTimeout
        routes[].upstream.streamIdleTimeout
        routes[].upstream.verifyTLS routes[].upstream.caFile routes[].upstream.http2
        routes[].upstream.forwardedHeaders routes[].upstream.origin routes[].upstream.maxConnectionsPerHost
        routes[].upstream.poolIdleTimeout routes[].upstream.clientCertificate routes[].upstream.clientKey
        rules rules[].match rules[].match.url rules[].match.methods rules[].request
        rules[].request.setHeaders rules[].request.removeHeaders rules[].response
        rules[].response.setHeaders rules[].response.removeHeaders
        guard guard.allowPrivateNetworks guard.denyNetworks
        upstream upstream.proxy upstream.hosts upstream.connectTimeout upstream.responseTimeout
        upstream.idleTimeout upstream.streamIdleTimeout upstream.verifyTLS upstream.caFile upstream.http2 upstream.forwardedHeaders
        upstream.origin upstream.maxConnectionsPerHost upstream.poolIdleTimeout
        limits limits.headerBytes limits.headerCount limits.urlBytes limits.requestBody limits.responseBody
        limits.connections limits.connectionsPerAddress limits.upstreamConnections limits.webSockets limits.headerTimeout
        limits.bodyTimeout
        limits.idleTimeout limits.writeTimeout limits.drainTimeout limits.rate
        limits.rate.requests limits.rate.per limits.rate.burst limits.rate.key limits.rate.exempt
        log log.format log.level log.file admin admin.enabled admin.host admin.port admin.token acceptOpenRelay
        """

    @Test func `knows the keys of the format and no others`() {
        let keys = Self.keys.split { $0 == " " || $0 == "\n" }.map(String.init)
        #expect(SchemaDocument.keyPaths.map(\.description) == keys)
    }

    @Test(arguments: SchemaDocument.keyPaths.map(\.description))
    func `holds in the schema what the reader knows`(path: String) {
        // A value that no key takes: the key is known where the value, not the key, is refused.
        let names = path.split(separator: ".")
        let json = names.reversed().reduce("-7.5") { value, name in
            name.hasSuffix("[]") ? "{\"\(name.dropLast(2))\": [\(value)]}" : "{\"\(name)\": \(value)}"
        }
        // What is missing beside it is told too.
        let lines = refusals(json).filter { !$0.contains(" is missing here.") }
        let place = path.split(separator: "[]", omittingEmptySubsequences: false).joined(separator: "[0]")
        #expect(lines.isEmpty == (path == "$schema"))
        #expect(lines.allSatisfy { $0.contains("error: \(place): ") && !$0.contains("is not a key") })
    }

    @Test func `gives the defaults that are in force`() throws {
        var settings = try load(Self.document(of: SchemaDocument.schema).text())
        #expect(Settings().outline.changes(to: settings.outline) == [])
        settings.outline = Settings().outline
        #expect(settings == Settings())
    }

    /// A configuration that spells out each default of a schema.
    private static func document(of schema: JSONSchema) -> JSONSchema {
        if let value = schema["default"] { return value }
        if case .list(let forms) = schema["anyOf"], let object = forms.first { return document(of: object) }
        guard case .object(let properties) = schema["properties"] else { return .null }
        // Five keys have no default that could be written: one is for editors, four hang on other values.
        let without = ["$schema", "allowPrivateNetworks", "cookies", "documents", "origin"]
        return .object(
            properties.filter { !without.contains($0.name) }.map {
                .init(name: $0.name, value: document(of: $0.value))
            }
        )
    }

    @Test func `is JSON with a description for every key`() throws {
        let tree = try JSONReader.read(Array(SchemaDocument.text.utf8))
        #expect(tree.duplicateKeys().isEmpty)
        var properties = 0
        tree.walk { path, value in
            guard path.parent?.lastKey == "properties", case .object(let members) = value.content else {
                return
            }
            properties += 1
            #expect(members.first?.key == "description", "\(path)")
        }
        // `listen` stands twice, as an object and as a list, and `tls` twice in each.
        let repeated = ListenSettings.section.keys.count + 3 * TLSSettings.section.keys.count
        #expect(properties == SchemaDocument.keyPaths.count + repeated)
        #expect(SchemaDocument.schema["additionalProperties"] == false)
        #expect(SchemaDocument.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    }

    @Test func `escapes its strings`() {
        #expect(JSONSchema.string("a\"\\\n\u{1F}é").text() == #""a\"\\\u000a\u001fé""#)
    }
}
