import Foundation
import Testing

@testable import Configuration

struct ExampleTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("config.example.json").path
    private let variables = ["WEATHER_KEY": "weather-key-0123456789", "WEATHER_ID": "weather-id-0123456789"]

    @Test func `loads without a warning, given its secrets`() throws {
        let settings = try Settings.load(
            file: Self.path,
            flags: Flags(),
            environment: variables,
            validators: Validators()
        )
        #expect(settings.warnings == [])
        #expect(
            settings.prefix.targets.allow.map(\.text) == [
                "*.wikipedia.org", "https://api.github.com/repos/**",
            ]
        )
        #expect(settings.routes.compactMap(\.name) == ["backend", "weather"])
        let secrets = settings.routes.flatMap { $0.request.setHeaders + $0.setQuery }
        #expect(secrets.map(\.value) == ["Bearer weather-key-0123456789", "weather-id-0123456789"])
    }

    @Test func `names every key of the schema`() throws {
        let file = try LocalFile(reading: Self.path, maximumBytes: 1 << 20)
        var named: Set<SettingPath> = []
        var nulls: [SettingPath] = []
        try JSONReader.read(file.bytes).walk { path, value in
            named.insert(path.ofAnyElement)
            if value.content == .null { nulls.append(path.ofAnyElement) }
        }
        // What is null, such as listen.tls, whose files every machine has elsewhere, shows no keys.
        let shown = SchemaDocument.keyPaths.filter { path in
            !nulls.contains { path.isWithin($0) } || nulls.contains(path)
        }
        #expect(shown.filter { !named.contains($0) } == [])
    }

    /// The schema is judged by an implementation of draft 2020-12 that is not this project's.
    @Test(
        arguments: [
            (nil, true), (#"{"routes": [{"path": "/a", "target": "http://a.example"}]}"#, true),
            (#"{"routes": [{"path": "/a"}]}"#, false), (#"{"rules": [{"match": {}}]}"#, false),
            (#"{"routes": [{"path": "/a", "target": "http://a.example", "color": 1}]}"#, false),
            (#"{"limits": {"rate": {"per": "1m"}}}"#, false), (#"{"limits": {"rate": null}}"#, true),
            (#"{"prefix": {"cookies": "keep"}}"#, false), (#"{"listen": {"port": 65536}}"#, false),
        ] as [(String?, Bool)]
    )
    func `is valid by the schema, which refuses what the reader refuses`(json: String?, isValid: Bool) throws
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("corsway-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }
        let schema = folder.appendingPathComponent("schema.json")
        try Data(SchemaDocument.text.utf8).write(to: schema)
        var document = URL(fileURLWithPath: Self.path)
        if let json {
            document = folder.appendingPathComponent("document.json")
            try Data(json.utf8).write(to: document)
            #expect(refusals(json).isEmpty == isValid)
        }
        let validation = Process()
        validation.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let program = """
            import json, jsonschema, sys
            schema, document = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
            jsonschema.Draft202012Validator.check_schema(schema)
            sys.exit(0 if jsonschema.Draft202012Validator(schema).is_valid(document) else 3)
            """
        validation.arguments = ["python3", "-c", program, schema.path, document.path]
        try validation.run()
        validation.waitUntilExit()
        #expect(validation.terminationStatus == (isValid ? 0 : 3))
    }
}
