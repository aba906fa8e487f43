import TestSupport
import Testing

@Suite struct LogReaderTests {
    @Test func `a reader of the log that leaves does not end the proxy`() throws {
        // sed leaves with the line that says where the proxy listens; what is logged later finds nobody.
        let shell = try ChildProcess(
            "/bin/sh",
            ["-c", "\"$0\" serve --port 0 | sed '/listening on/q'", CorswayProgram.path()],
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        )
        var port: Int?
        try eventually("the proxy listens") {
            port = shell.standardOutput.split(separator: "\n")
                .first { $0.contains("listening on http://") }
                .flatMap { $0.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) } }
            return port != nil
        }
        for _ in 0..<20 {
            let client = try RawClient(port: try #require(port))
            try client.send("GET /iscorsneeded HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(try client.readResponse().text == "no")
        }
    }
}
