import Foundation
import TestSupport
import Testing

/// What the log's formats show, and what none of them may.
@Suite struct LogFormatTests {
    /// The combined format as the programs that read it take it apart.
    private static func combined(_ line: Substring) -> [String]? {
        let pattern =
            #"^(\S+) (\S+) (\S+) \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000)\] "([^"]*)" (\d{3}) (\d+) "#
            + #""([^"]*)" "([^"]*)"$"#
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return nil }
        let text = String(line)
        let whole = NSRange(text.startIndex..., in: text)
        guard let match = expression.firstMatch(in: text, range: whole) else { return nil }
        return (1..<match.numberOfRanges).compactMap {
            Range(match.range(at: $0), in: text).map { String(text[$0]) }
        }
    }

    @Test func `a combined line has the nine parts that Apache and NGINX write`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("hello") }
        let proxy = try ProxyProcess(#"{"log": {"format": "combined"}}"#)
        _ = try proxy.request(
            "GET",
            upstream.url("/part?key=hidden"),
            ["Referer: http://u:hidden@localhost:3000/page?hidden", "User-Agent: Test/1.0 (a \"b\" \\)"]
        )
        let line = try #require(try proxy.logLines(with: "/part").first)
        let parts = try #require(Self.combined(line), "\(line)")
        #expect(Array(parts[0...2]) == ["127.0.0.1", "-", "-"])
        #expect(parts[4] == "GET /\(upstream.url("/part")) HTTP/1.1")
        #expect(Array(parts[5...6]) == ["200", "5"])
        #expect(parts[7] == "http://localhost:3000/page")
        #expect(parts[8] == #"Test/1.0 (a \x22b\x22 \x5c)"#)
        let written = DateFormatter()
        written.locale = Locale(identifier: "en_US_POSIX")
        written.dateFormat = "dd/MMM/yyyy:HH:mm:ss Z"
        let date = try #require(written.date(from: parts[3]))
        #expect(abs(date.timeIntervalSinceNow) < 60)
    }

    @Test func `what cannot be read and what is given up are combined lines too`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            _ = try connection.readRequest()
        }
        let proxy = try ProxyProcess(#"{"log": {"format": "combined"}}"#)
        let garbled = try proxy.connect()
        try garbled.send("G\u{1B}T / HTTP/1.1\r\n\r\n")
        _ = try garbled.readToEnd()
        #expect(Self.combined(try #require(try proxy.logLines(with: "400").first))?[4] == "-")
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url("/left")))
        try eventually("the upstream is asked") { !upstream.requests.isEmpty }
        client.socket.reset()
        let line = try #require(try proxy.logLines(with: "/left").first)
        #expect(Self.combined(line)?[5] == "499", "\(line)")
        for line in proxy.child.standardOutput.split(separator: "\n") {
            #expect(Self.combined(line) != nil, "\(line)")
        }
    }

    @Test(arguments: ["pretty", "json", "combined"])
    func `no format shows a secret, a credential, a query or a key`(format: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        var launch = ProxyProcess.Launch()
        launch.environment["API_KEY"] = "hidden-injected-secret"
        let proxy = try ProxyProcess(
            """
            {"log": {"format": "\(format)", "level": "trace"},
             "routes": [{"path": "/api/", "target": "\(upstream.url("/"))", "clientKeys": ["hidden-client-key-0123"],
               "request": {"setHeaders": {"Authorization": "Bearer ${env:API_KEY}"},
                           "setQuery": {"appid": "${env:API_KEY}"}}}]}
            """,
            launch
        )
        let fields = [
            origin(Policy.local), "Authorization: Bearer hidden-token", "Cookie: a=hidden-cookie",
            "Proxy-Authorization: Basic hidden-basic", "X-Proxy-Key: hidden-client-key-0123",
            "Referer: http://hidden-user@localhost/?hidden-referer",
        ]
        _ = try proxy.request("GET", "api/one?q=hidden-query", fields)
        _ = try proxy.request("GET", "http://hidden-user:hidden-word@localhost/two?hidden-query", fields)
        _ = try proxy.request("GET", "api/three?hidden", ["X-Proxy-Key: hidden-wrong-key"])
        for path in ["one", "two", "three"] { #expect(try proxy.logLines(with: path).count == 1) }
        let all = proxy.child.standardOutput + proxy.child.standardError
        #expect(!all.contains("hidden"), "\(all)")
    }

    @Test func `every request has one line, however it ends`() throws {
        let upstream = try ScriptedUpstream { connection in
            let request = try connection.readRequest()
            if request?.target == "/hang" { _ = try connection.readRequest() }
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let proxy = try ProxyProcess(
            #"{"log": {"format": "json"}, "limits": {"drainTimeout": "200ms", "connections": 3}}"#
        )
        _ = try proxy.request("GET", upstream.url("/fine"))
        let garbled = try proxy.connect()
        try garbled.send("\u{01}\r\n\r\n")
        _ = try garbled.readToEnd()
        let hanging = try proxy.connect()
        try hanging.send(proxy.head("GET", upstream.url("/hang")))
        try eventually("it hangs") { upstream.requests.contains { $0.target == "/hang" } }
        let idle = try (0..<2).map { _ in try proxy.connect() }
        let turnedAway = try proxy.connect()
        try turnedAway.send(proxy.head("GET", upstream.url("/away")))
        #expect(try turnedAway.readResponse().status == 503)
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit() == .status(1))
        withExtendedLifetime((idle, hanging)) {}
        let lines = proxy.child.standardOutput.split(separator: "\n").filter { $0.contains("durationMs") }
        for text in ["/fine\"", "bad-request", "/hang\"", "too-many-connections"] {
            #expect(lines.count { $0.contains(text) } == 1, "\(text) in \(lines)")
        }
        #expect(lines.count == 4)
    }
}
