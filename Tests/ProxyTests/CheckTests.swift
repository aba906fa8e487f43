import TestSupport
import Testing

/// `corsway check --against`.
@Suite struct CheckTests {
    private func check(_ new: String, against old: String) throws -> (
        exit: ChildProcess.Exit, output: String, error: String
    ) {
        let folder = try TemporaryFolder()
        return try CorswayProgram.run([
            "check", try folder.write(new, to: "new.json"), "--against",
            try folder.write(old, to: "old.json"),
        ])
    }

    @Test func `a line for each key that changes`() throws {
        let (exit, output, _) = try check(
            #"{"limits": {"connections": 5}, "shards": 2}"#,
            against: #"{"shards": 1}"#
        )
        #expect(exit == .status(0))
        #expect(output == "limits.connections: 10000 (default) → 5\nshards: 1 → 2, needs a restart\n")
    }

    @Test func `the same is exit status 0 too`() throws {
        let (exit, output, _) = try check(#"{"shards": 1}"#, against: #"{ "shards":1 }"#)
        #expect(exit == .status(0))
        #expect(output == "nothing changes\n")
    }

    @Test(arguments: [("{", "{}"), ("{}", "{"), (#"{"shard": 1}"#, "{}")])
    func `a broken file is exit status 2`(new: String, old: String) throws {
        let (exit, output, error) = try check(new, against: old)
        #expect(exit == .status(2))
        #expect(output.isEmpty)
        #expect(error.contains(".json:1:"))
    }

    @Test func `no secret is shown`() throws {
        let (exit, output, error) = try check(
            #"{"clientKeys": ["s3cret-b-0123456789"]}"#,
            against: #"{"clientKeys": ["s3cret-a-0123456789"]}"#
        )
        #expect(exit == .status(0))
        #expect(output == "clientKeys[0]: changed\n")
        #expect(!error.contains("s3cret"))
    }
}
