import TestSupport
import Testing

/// What an upstream answers with, and what becomes of it.
struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let response: String
    /// Whether the upstream closes behind it; otherwise it waits for the proxy to do so.
    let closes: Bool

    init(_ name: String, _ response: String, closes: Bool = false) {
        testDescription = name
        self.response = response
        self.closes = closes
    }

    /// A response of 200 with some field lines and a body of five bytes.
    static func fields(_ name: String, _ lines: String) -> Fault {
        Fault(name, "HTTP/1.1 200 OK\r\n\(lines)\r\n\r\nhello")
    }

    /// An upstream that answers every request on a connection with this.
    func upstream() throws -> ScriptedUpstream {
        try ScriptedUpstream { [self] connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(response)
            if !closes { try connection.awaitClose() }
        }
    }
}

private let malformedHeads: [Fault] = [
    Fault("an empty reply", "", closes: true),
    Fault("garbage", "garbage\r\n\r\n"),
    Fault("HTTP/0.9", "<html>hello</html>", closes: true),
    Fault("another protocol", "SSH-2.0-OpenSSH_9.2\r\n", closes: true),
    Fault("a bad version", "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n"),
    Fault("HTTP/2 in the status line", "HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n"),
    Fault("a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"),
    Fault("a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
    Fault("status 099", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"),
    Fault("status 1000", "HTTP/1.1 1000 OK\r\nContent-Length: 0\r\n\r\n"),
    Fault("a signed status", "HTTP/1.1 +20 OK\r\nContent-Length: 0\r\n\r\n"),
    Fault("ESC in the reason", "HTTP/1.1 200 O\u{1B}K\r\nContent-Length: 0\r\n\r\n"),
    Fault("a status line ended by LF", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"),
    Fault("a head cut off in the status line", "HTTP/1.1 20", closes: true),
    Fault("a head cut off in a field", "HTTP/1.1 200 OK\r\nContent-Le", closes: true),
    Fault("a head cut off before the blank line", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", closes: true),
    .fields("two Content-Length that differ", "Content-Length: 5\r\nContent-Length: 6"),
    .fields("a list of Content-Length", "Content-Length: 2, 30"),
    .fields("Content-Length +5", "Content-Length: +5"),
    .fields("Content-Length -5", "Content-Length: -5"),
    .fields("Content-Length 5abc", "Content-Length: 5abc"),
    .fields("Content-Length 0x10", "Content-Length: 0x10"),
    .fields("an empty Content-Length", "Content-Length:"),
    .fields("Content-Length over 2^64", "Content-Length: 18446744073709551621"),
    .fields("Content-Length with Transfer-Encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
    .fields(
        "the same Content-Length twice, and Transfer-Encoding",
        "Content-Length: 5\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"
    ),
    .fields("Transfer-Encoding chunked, chunked", "Transfer-Encoding: chunked, chunked"),
    .fields("two lines of Transfer-Encoding", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    .fields("Transfer-Encoding chunked, gzip", "Transfer-Encoding: chunked, gzip"),
    .fields("Transfer-Encoding gzip", "Transfer-Encoding: gzip"),
    .fields("a bare CR in a value", "Content-Length: 5\r\nX-A: 1\rX-B: 2"),
    .fields("ESC in a value", "Content-Length: 5\r\nX-A: \u{1B}[31m"),
    .fields("NUL in a value", "Content-Length: 5\r\nX-A: \u{00}"),
    .fields("an empty name", "Content-Length: 5\r\n: 1"),
    .fields("a space before the colon", "Content-Length: 5\r\nX-A : 1"),
    .fields("a folded line", "Content-Length: 5\r\nX-A: 1\r\n folded"),
    .fields("a line ended by LF", "Content-Length: 5\nX-A: 1"),
    .fields("a line without a colon", "Content-Length: 5\r\nX-A"),
    Fault("101 unasked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
    Fault(
        "a storm of 100",
        String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 100) + Answer.text("late")
    ),
    Fault(
        "a head over 64 KiB",
        "HTTP/1.1 200 OK\r\n" + String(repeating: "X-A: \(String(repeating: "a", count: 990))\r\n", count: 80)
    ),
    Fault("a field over 64 KiB", "HTTP/1.1 200 OK\r\nX-A: " + String(repeating: "a", count: 80_000)),
]

private let malformedChunks: [Fault] = [
    "zz\r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
    "5\nhello\r\n0\r\n\r\n",
    "5\r\nhelloX\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFFF\r\nhello\r\n",
    "5;\(String(repeating: "x", count: 100_000))",
    "0\r\n\(String(repeating: "X-T: aaaaaaaaaaaaaaaaaaaaaaa\r\n", count: 2_000))", "0\r\nbad trailer\r\n\r\n",
].map {
    Fault(
        $0.prefix(24).debugDescription,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n\($0)"
    )
}

@Suite struct UpstreamFaultTests {
    private enum Shared {
        static let proxy = Result { try ProxyProcess(GuardTests.opensLoopback) }
    }

    @Test(arguments: malformedHeads)
    func `a malformed response head becomes a 502 that a page can read`(fault: Fault) throws {
        let upstream = try fault.upstream()
        let proxy = try Shared.proxy.get()
        let response = try proxy.request("POST", upstream.url(), [origin(Policy.local)], body: "x")
        #expect(response.status == 502, "\(response)")
        #expect(["upstream-invalid-response", "upstream-closed"].contains(response.errorCode))
        #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local])
        #expect(response.value(of: "Cache-Control") == "no-store")
        #expect(response.value(of: "X-A") == nil)
        #expect(upstream.requests.count == 1)
        try eventually("the connection is closed") { upstream.closedConnections == 1 }
    }

    @Test(arguments: [
        "x\r\n", "-5\r\nhello\r\n", "5\nhello\r\n", "FFFFFFFFFFFFFFFFF\r\n", "5\r\nhelloX\r\n0\r\n\r\n",
        "2\r\nok\r\n0\r\nbad trailer\r\n\r\n",
    ])
    func `a body that breaks where the head arrives is a 502 that a page can read`(body: String) throws {
        let fault = Fault(
            body.debugDescription,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n\(body)"
        )
        let upstream = try fault.upstream()
        let response = try Shared.proxy.get().request("GET", upstream.url(), [origin(Policy.local)])
        #expect(response.status == 502, "\(response)")
        #expect(response.errorCode == "upstream-invalid-response")
        #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local])
        #expect(response.value(of: "X-A") == nil)
        try eventually("the connection is closed") { upstream.closedConnections == 1 }
    }

    @Test(arguments: malformedChunks)
    func `a malformed chunked body never ends as complete`(fault: Fault) throws {
        let upstream = try fault.upstream()
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        if let response = try client.readResponseIfAny() {
            #expect(response.status == 502 || !response.isComplete, "\(response)")
            #expect(!response.text.contains("helloX"))
            #expect(response.trailers.isEmpty)
        }
        try eventually("the connection is closed") { upstream.closedConnections == 1 }
    }

    @Test(arguments: [
        Fault("a length not reached", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", closes: true),
        Fault(
            "no last chunk",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            closes: true
        ),
        Fault(
            "a chunk cut off",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
            closes: true
        ),
        Fault(
            "no end of trailers",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-T: 1\r\n",
            closes: true
        ),
    ])
    func `a body cut off never ends as complete`(fault: Fault) throws {
        let upstream = try fault.upstream()
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        if let response = try client.readResponseIfAny() {
            #expect(response.status == 502 || !response.isComplete, "\(response)")
        }
        // HTTP/1.0 knows no chunks: there only a reset tells.
        let old = try proxy.connect()
        try old.send("GET /\(upstream.url()) HTTP/1.0\r\n\r\n")
        let answer = try old.readToEnd()
        #expect(
            answer.contains(" 502 ") || answer.contains("Content-Length: 100") || old.reader.ending == .reset
        )
    }

    @Test func `an upstream that resets in mid-body cuts the client off`() throws {
        let latch = Latch()
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
            try latch.wait()
            connection.reset()
        }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        let head = try client.readHead()
        _ = try client.read(through: "hello")
        latch.open()
        #expect(head.status == 200)
        try client.readEnding()
    }

    @Test(arguments: [
        (
            Fault("HTTP/0.9", "<html>hello</html>", closes: true), #"version of HTTP ("<html>hello</html>")"#,
            "malformed-version"
        ),
        (
            .fields("lengths that differ", "Content-Length: 5\r\nContent-Length: 6"),
            #"more than one Content-Length ("Content-Length: 5", "Content-Length: 6")"#,
            "multiple-content-lengths"
        ),
        (
            .fields("chunked twice", "Transfer-Encoding: chunked, chunked"),
            #"not "chunked" alone ("Transfer-Encoding: chunked, chunked")"#, "unsupported-transfer-coding"
        ),
        (
            .fields("ESC in a cookie", "Set-Cookie: secret\u{1B}"),
            #"control character ("\x1B" in "Set-Cookie")"#,
            "invalid-field-value"
        ),
        (
            Fault("a chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            #"no hexadecimal number ("z")"#, "invalid-chunk-size"
        ),
        (
            Fault("101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), "unasked (status 101)",
            "unasked-upgrade"
        ),
    ])
    func `the rule that was broken is named in the answer, the log and the metrics, without secrets`(
        fault: Fault,
        clause: String,
        rule: String
    ) throws {
        let upstream = try fault.upstream()
        let proxy = try ProxyProcess("{\(Admin.config), \"log\": {\"format\": \"json\"}}")
        let response = try proxy.request("GET", upstream.url(), [origin(Policy.local)])
        #expect(response.errorCode == "upstream-invalid-response")
        let error = try JSONText.object(response.body)["error"] as? [String: Any]
        let message = error?["message"] as? String ?? ""
        #expect(
            message.contains("sent no valid HTTP/1.1 response: ") && message.contains(clause),
            "\(message)"
        )
        #expect(!response.text.contains("secret"))
        try eventually("the log names it") {
            proxy.child.standardOutput.contains("sent no valid HTTP/1.1 response")
        }
        #expect(!proxy.child.standardOutput.contains("secret"))
        let metrics = try Admin(of: proxy).metrics("one request") { $0.sum("corsway_requests_total") == 1 }
        #expect(metrics["corsway_syntax_errors_total{side=\"upstream\",rule=\"\(rule)\"}"] == 1)
        #expect(metrics.sum("corsway_syntax_errors_total") == 1)
    }

    @Test(arguments: [600, 999, 700])
    func `a status that means nothing passes on unchanged`(status: Int) throws {
        let upstream = try ScriptedUpstream { _ in
            "HTTP/1.1 \(status) Request denied\r\nContent-Length: 5\r\n\r\nhello"
        }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        for _ in 1...2 {
            try client.send(proxy.head("GET", upstream.url(), [origin(Policy.local)]))
            let response = try client.readResponse()
            #expect(response.status == status)
            #expect(response.text == "hello")
            #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local])
        }
        #expect(upstream.openedConnections == 1)
    }

    @Test(arguments: [
        "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "Content-Length: 5, 5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0  \r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\t;a=b\r\nhello\r\n0 \r\n\r\n",
    ])
    func `what all clients read alike is read, and framed anew`(rest: String) throws {
        let upstream = try ScriptedUpstream { _ in "HTTP/1.1 200 OK\r\n\(rest)" }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        for _ in 1...2 {
            try client.send(proxy.head("GET", upstream.url()))
            let response = try client.readResponse()
            #expect(response.text == "hello")
            #expect(response.isComplete)
            #expect(response.values(of: "Content-Length") == (rest.hasPrefix("C") ? ["5"] : []))
        }
        #expect(upstream.openedConnections == 1)
    }

    @Test(arguments: [
        "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "Content-Length: 5, 5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
    ])
    func `clients are held to the strict rules, and told which`(rest: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send("POST /\(upstream.url()) HTTP/1.1\r\nHost: localhost\r\n\(rest)")
        let response = try client.readResponse(to: "POST")
        #expect(response.status == 400)
        #expect(response.errorCode == "bad-request")
        #expect(response.text.contains("is not valid HTTP/1.1: "))
        #expect(upstream.requests.isEmpty)
    }

    @Test func `interim responses are swallowed`() throws {
        let upstream = try ScriptedUpstream { _ in
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Answer.text("ok")
        }
        let response = try Shared.proxy.get().request("GET", upstream.url())
        #expect(response.status == 200)
        #expect(response.text == "ok")
        #expect(response.value(of: "Link") == nil)
    }

    @Test func `trailers are dropped and add no CORS field`() throws {
        let upstream = try ScriptedUpstream { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nok\r\n0\r\n"
                + "Access-Control-Allow-Origin: *\r\nX-T: 1\r\n\r\n"
        }
        let response = try Shared.proxy.get().request("GET", upstream.url(), [origin(Policy.local)])
        #expect(response.text == "ok")
        #expect(response.isComplete)
        #expect(response.trailers.isEmpty)
        #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local])
        #expect(response.value(of: "X-T") == nil)
    }

    @Test func `an upstream that resets before its answer is a 502`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            connection.reset()
        }
        let response = try Shared.proxy.get().request(
            "POST",
            upstream.url(),
            [origin(Policy.local)],
            body: "x"
        )
        #expect(response.status == 502)
        #expect(response.errorCode == "upstream-closed")
    }

    @Test func `the CORS fields of a 1xx or a refused head never show`() throws {
        let upstream = try ScriptedUpstream { _ in
            "HTTP/1.1 103 Early Hints\r\nAccess-Control-Allow-Origin: *\r\n\r\n" + Answer.text("ok")
        }
        let proxy = try ProxyProcess(Policy.config(Policy.list))
        let response = try proxy.request("GET", upstream.url())
        #expect(response.status == 200)
        #expect(response.value(of: "Access-Control-Allow-Origin") == nil)
    }
}
