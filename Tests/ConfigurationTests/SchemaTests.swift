import Testing

@testable import Configuration

struct SchemaTests {
    /// Every key of the format, spelt out: the names are fixed, since files outside the repository use them.
    private static let keys = """
        $schema listen listen.host listen.port listen.tls allowedHosts basePath trustedProxies shards
        cors cors.allowedOrigins cors.deniedOrigins cors.allowNullOrigin cors.allowedMethods cors.allowedHeaders
        cors.exposedHeaders cors.allowCredentials cors.maxAge cors.allowPrivateNetwork cors.timingAllowOrigin
        cors.preflightStatus cors.requireOrigin cors.dangerouslyAllowInsecureOrigins
        cors.dangerouslyAllowPublicSuffixes
        prefix prefix.enabled prefix.targets prefix.targets.allow prefix.targets.deny prefix.requireHeaders
        prefix.redirectSameOrigin prefix.helpFile prefix.request prefix.request.setHeaders
        prefix.request.removeHeaders prefix.response prefix.response.setHeaders prefix.response.removeHeaders
        prefix.redirects prefix.redirects.mode prefix.redirects.max prefix.cookies
        clientKeys routes rules guard guard.allowPrivateNetworks guard.denyNetworks
        upstream upstream.proxy upstream.hosts upstream.connectTimeout upstream.responseTimeout
        upstream.idleTimeout upstream.verifyTLS upstream.caFile upstream.http2 upstream.forwardedHeaders
        upstream.maxConnectionsPerHost upstream.poolIdleTimeout
        limits limits.headerBytes limits.headerCount limits.urlBytes limits.requestBody limits.responseBody
        limits.connections limits.connectionsPerAddress limits.headerTimeout limits.bodyTimeout
        limits.idleTimeout limits.writeTimeout limits.drainTimeout limits.rate
        log log.format log.level log.file admin admin.enabled admin.host admin.port acceptOpenRelay
        """

    @Test func `knows the keys of the format and no others`() {
        let keys = Self.keys.split { $0 == " " || $0 == "\n" }.map(String.init)
        #expect(SchemaDocument.keyPaths.map(\.description) == keys)
    }

    @Test(arguments: SchemaDocument.keyPaths.map(\.description))
    func `holds in the schema what the reader knows`(path: String) {
        // A value that no key takes: the key is known where the value, not the key, is refused.
        let names = path.split(separator: ".")
        let json = names.reversed().reduce("-7.5") { "{\"\($1)\": \($0)}" }
        let lines = refusals(json)
        #expect(lines.isEmpty == (path == "$schema"))
        #expect(lines.allSatisfy { $0.contains("error: \(path): ") && !$0.contains("is not a key") })
    }

    @Test func `gives the defaults that are in force`() throws {
        let settings = try load(Self.document(of: SchemaDocument.schema).text())
        #expect(settings == Settings())
    }

    /// A configuration that spells out each default of a schema.
    private static func document(of schema: JSONSchema) -> JSONSchema {
        if let value = schema["default"] { return value }
        if case .list(let forms) = schema["anyOf"], let object = forms.first { return document(of: object) }
        guard case .object(let properties) = schema["properties"] else { return .null }
        // Two keys have no default that could be written: one is for editors, the other hangs on the listener.
        let without = ["$schema", "allowPrivateNetworks"]
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
        // `listen` stands twice, as an object and as a list of one.
        #expect(properties == SchemaDocument.keyPaths.count + ListenSettings.section.keys.count)
        #expect(SchemaDocument.schema["additionalProperties"] == false)
        #expect(SchemaDocument.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    }

    @Test func `escapes its strings`() {
        #expect(JSONSchema.string("a\"\\\n\u{1F}é").text() == #""a\"\\\u000a\u001fé""#)
    }
}
