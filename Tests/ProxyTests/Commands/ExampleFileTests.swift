import Foundation
import TestSupport
import Testing

/// The example that ships with the program, and the schema that editors check it with.
@Suite struct ExampleFileTests {
    /// The text of the example.
    static var text: String {
        get throws {
            let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent()
                .deletingLastPathComponent()
            let file = tests.deletingLastPathComponent().appendingPathComponent("config.example.json")
            return try String(contentsOf: file, encoding: .utf8)
        }
    }

    /// The names of the secrets of one kind that a text refers to.
    private static func references(_ kind: String, in text: String) -> [String] {
        text.split(separator: "${\(kind):").dropFirst().compactMap {
            $0.split(separator: "}").first.map(String.init)
        }
    }

    @Test func `the example loads, given the secrets that it names`() throws {
        let text = try Self.text
        let folder = try TemporaryFolder()
        let file = try folder.write(text, to: "config.json")
        for name in Self.references("file", in: text) { try folder.write("a-secret-of-a-file\n", to: name) }
        let variables = Self.references("env", in: text)
        let environment = Dictionary(variables.map { ($0, "a-secret") }) { first, _ in first }
        let (exit, output, error) = try CorswayProgram.run(["check", file], environment: environment)
        #expect(exit == .status(0), "\(output)\(error)")
        #expect(!(output + error).contains("a-secret"))
        // Without them it is refused, each by its name.
        let (without, list, problems) = try CorswayProgram.run(["check", file])
        #expect(without == (variables.isEmpty ? .status(0) : .status(2)))
        for name in variables { #expect((list + problems).contains(name), "\(name)") }
    }

    /// A Python that has the jsonschema package; nil where there is none.
    private static let python: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return (folders.map { "\($0)/python3" } + ["/usr/bin/python3"]).first { python in
            guard FileManager.default.isExecutableFile(atPath: python) else { return false }
            let trial = Result { try run(python, ["-c", "from jsonschema import Draft202012Validator"]) }
            if case .success = trial { return true }
            return false
        }
    }()

    @Test(.enabled(if: python != nil, "needs python3 with the jsonschema package"))
    func `the schema is valid, takes the example and refuses what the program refuses`() throws {
        let python = try #require(Self.python)
        let folder = try TemporaryFolder()
        let (exit, schema, _) = try CorswayProgram.run(["schema"])
        #expect(exit == .status(0))
        let schemaFile = try folder.write(schema, to: "schema.json")
        let program = try folder.write(
            """
            import json, sys
            from jsonschema import Draft202012Validator
            schema = json.load(open(sys.argv[1]))
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
            for file in sys.argv[2:]:
                faults = [error.json_path for error in validator.iter_errors(json.load(open(file)))]
                print("valid" if not faults else " ".join(faults))
            """,
            to: "validate.py"
        )
        let cases = [
            (try Self.text, true), ("{}", true),
            (Gateway.config([Gateway.route("/r/", to: "https://h/")]), true),
            (#"{"routes": [{"path": "/r/"}]}"#, false),
            (#"{"routes": [{"pth": "/r/", "target": "http://h/"}]}"#, false),
            (#"{"limits": {"rate": {"requests": "many"}}}"#, false),
            (#"{"rules": [{"match": {"url": 5}}]}"#, false),
            (#"{"clientKeys": "key"}"#, false),
        ]
        let files = try cases.enumerated().map { try folder.write($1.0, to: "case\($0).json") }
        let verdicts = try run(python, ["-W", "ignore", program, schemaFile] + files).split(separator: "\n")
        try #require(verdicts.count == cases.count)
        for (verdict, (text, isValid)) in zip(verdicts, cases) {
            #expect((verdict == "valid") == isValid, "\(verdict): \(text)")
        }
    }
}
