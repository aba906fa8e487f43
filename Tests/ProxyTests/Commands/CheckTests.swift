import Foundation
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

    @Test func `--diff asks the running proxy`() throws {
        let admin = try freePort()
        let config = #""listen": {"port": 0}, "admin": {"enabled": true, "port": \#(admin)}"#
        let proxy = try ProxyProcess("{\(config)}", ProxyProcess.Launch(arguments: []))
        let file = "\(proxy.folder.path)/config.json"
        #expect(try CorswayProgram.run(["check", file, "--diff"]).output == "nothing changes\n")
        try proxy.folder.write(
            #"{\#(config), "limits": {"connections": 5}, "upstream": {"hosts": {"a.example": "b.example"}}}"#,
            to: "config.json"
        )
        let (exit, output, _) = try CorswayProgram.run(["check", file, "--diff"])
        #expect(exit == .status(0))
        #expect(
            output == """
                limits.connections: 10000 (default) → 5
                upstream.hosts["a.example"]: added "b.example"

                """
        )
        proxy.child.send(signal: SIGHUP)
        try eventually("the reload") {
            try CorswayProgram.run(["check", file, "--diff"]).output == "nothing changes\n"
        }
    }

    @Test(arguments: [
        ("{}", "admin.enabled"), (#"{"admin": {"enabled": true, "port": 1}}"#, "nobody listens"),
    ])
    func `--diff without a proxy to ask names --against`(config: String, told: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(config, to: "config.json")
        let (exit, _, error) = try CorswayProgram.run(["check", file, "--diff"])
        #expect(exit == .status(1))
        #expect(error.contains(told))
        #expect(error.contains("--against"))
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
