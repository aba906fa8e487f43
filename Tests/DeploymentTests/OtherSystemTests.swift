import TestSupport
import Testing

/// What somebody gets who tries the program on another system than Linux.
@Suite struct OtherSystemTests {
    @Test(arguments: ["run", "test", "package", "docs"])
    func `make says at once that Linux is needed, and how a container is had`(target: String) throws {
        let folder = try TemporaryFolder()
        let uname = try folder.write("#!/bin/sh\necho Darwin\n", to: "uname")
        _ = try run("chmod", ["+x", uname])
        let (exit, text) = try outcome(
            of: "make",
            ["-C", Repository.root, target],
            environment: ["PATH": "\(folder.path):/usr/local/bin:/usr/bin:/bin"]
        )
        #expect(exit != .status(0))
        #expect(text.contains("this is Darwin, and Corsway runs on Linux"), "\(text)")
        #expect(text.contains("docker build --file deploy/docker/Dockerfile"), "\(text)")
        #expect(!text.contains("swift build"), "nothing is begun: \(text)")
    }

    @Test func `the container's line serves the pages of localhost`() throws {
        let script = try Repository.text(of: "scripts/install-dependencies")
        let line = try #require(
            script.split(separator: "\n").first { $0.contains("docker run") }?.split(separator: "\"")
                .dropFirst().first
        )
        let flags = line.split(separator: " ").drop { $0 != "serve" }.dropFirst().map(String.init)
        #expect(flags.contains("0.0.0.0"))
        let proxy = try ProxyProcess(nil, ProxyProcess.Launch(arguments: flags + ["--port", "0"]))
        #expect(try proxy.request("GET", "iscorsneeded").text == "no")
        let refused = try proxy.request("GET", "https://other.example/", ["Origin: http://localhost:3000"])
        #expect(refused.errorCode == "target-denied", "\(refused)")
    }
}
