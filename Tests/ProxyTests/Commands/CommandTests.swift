import TestSupport
import Testing

@Suite struct CommandTests {
    @Test func `check says that a good file is good`() throws {
        let folder = try TemporaryFolder()
        for text in ["{}", Policy.config(Policy.credentials), "{\"$schema\": \"./config.schema.json\"}"] {
            let file = try folder.write(text, to: "config.json")
            let (exit, output, error) = try CorswayProgram.run(["check", file])
            #expect(exit == .status(0), "\(output)\(error)")
        }
    }

    @Test func `check tells all problems at once, each with its place`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "{\n  \"shard\": 1,\n  \"limits\": {\"headerTimeout\": \"ten\"},\n  \"cors\": {\"maxAge\": 999999}\n}",
            to: "config.json"
        )
        let (exit, output, error) = try CorswayProgram.run(["check", file])
        #expect(exit == .status(2))
        let text = output + error
        for place in ["config.json:2:", "config.json:3:", "config.json:4:"] {
            #expect(text.contains(place), "\(text)")
        }
        for word in ["shards", "limits.headerTimeout", "cors.maxAge"] {
            #expect(text.contains(word), "\(text)")
        }
    }

    @Test func `schema prints a JSON schema that names the keys`() throws {
        let (exit, output, _) = try CorswayProgram.run(["schema"])
        #expect(exit == .status(0))
        let properties = try JSONText.object(output.utf8)["properties"] as? [String: Any]
        for key in ["listen", "cors", "prefix", "guard", "upstream", "limits", "log"] {
            #expect(properties?[key] != nil, "\(key)")
        }
    }

    @Test func `--version is one line with a number`() throws {
        let (exit, output, _) = try CorswayProgram.run(["--version"])
        #expect(exit == .status(0))
        #expect(output.split(separator: "\n").count == 1)
        #expect(output.contains { $0.isNumber })
    }

    @Test func `--help names the commands, and serve's names its flags`() throws {
        let (exit, output, _) = try CorswayProgram.run(["--help"])
        #expect(exit == .status(0))
        for word in ["serve", "check", "schema"] { #expect(output.contains(word), "\(word)") }
        let (_, serve, _) = try CorswayProgram.run(["serve", "--help"])
        for word in ["--config", "--host", "--port", "--allow-origin", "--allow-target"] {
            #expect(serve.contains(word), "\(word)")
        }
    }

    @Test(arguments: [
        ["--frobnicate"], ["frobnicate"], ["serve", "--port", "x"], ["serve", "--port", "70000"], ["check"],
    ])
    func `bad usage is exit status 2`(arguments: [String]) throws {
        let (exit, _, error) = try CorswayProgram.run(arguments)
        #expect(exit == .status(2))
        #expect(!error.isEmpty)
    }
}
