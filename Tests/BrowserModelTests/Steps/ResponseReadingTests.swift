import BrowserModel
import Testing

/// How Chromium reads heads; that it does so is for `AgreementTests`.
@Suite struct ResponseReadingTests {
    private static let here = url("http", "api.example", 8080)

    private func read(_ text: String, hasEnded: Bool = false, from url: RequestURL = here) -> ResponseReading
    {
        ResponseReading(Array(text.utf8), hasEnded: hasEnded, from: url)
    }

    private func answer(_ text: String, hasEnded: Bool = false) -> WireAnswer? {
        guard case .answer(let answer, _) = read(text, hasEnded: hasEnded) else { return nil }
        return answer
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\nA: b\n\n", "A line ends in a line feed alone."),
        ("HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n", "A line ends in a carriage return alone."),
        ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "A field is folded over two lines: they are joined."),
        ("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "A space stands before a colon: it does not count."),
        ("HTTP/1.1 200 OK\r\nA\r\n\r\n", "A line is no field: it is skipped."),
        ("HTTP/1.1 200 OK\r\nA(: b\r\n\r\n", "The name of a field is no token: the line is skipped."),
        ("HTTP/1.1 999 No\r\n\r\n", "The status 999 is none that HTTP knows."),
        ("HTTP/1.1 OK\r\n\r\n", "The status line has no status: it counts as 200."),
        ("HTTP/2 200 OK\r\n\r\n", "The status line does not begin with HTTP/1.1."),
        ("\r\nHTTP/1.1 200 OK\r\n\r\n", "Other bytes stand before the status line."),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n",
            "Content-Length stands more than once."
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
            "Content-Length stands beside Transfer-Encoding: it does not count."
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
            "Transfer-Encoding is not \"chunked\" alone."
        ),
    ])
    func `what HTTP forbids and Chromium reads is named`(text: String, oddity: String) {
        #expect(answer(text)?.oddities == [oddity])
    }

    @Test func `what is in order has nothing odd`() {
        let text =
            "HTTP/1.1 404 Not Found\r\nA: b\r\nA:\tc \r\nEmpty:\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n"
        let answer = answer(text)
        #expect(answer?.oddities == [])
        #expect(answer?.status == 404)
        #expect(answer?.reason == "Not Found")
        #expect(answer?.fields.map(\.value) == ["b", "c", "", "chunked"])
    }

    @Test func `a folded field is joined by one space`() {
        #expect(answer("HTTP/1.1 200 OK\r\nA: b\r\n \t c\r\n\td\r\n\r\n")?.value(of: "A") == "b c d")
    }

    @Test(arguments: [
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\nA : b\n\n", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\n",
    ])
    func `wherever it is cut, a head is read once it is whole`(text: String) {
        let bytes = Array(text.utf8)
        for count in bytes.indices {
            let cut = ResponseReading(Array(bytes[..<count]), hasEnded: false, from: Self.here)
            #expect(cut == .incomplete, "\(count) bytes")
        }
        guard case .answer(let answer, let length) = read(text) else { return #expect(Bool(false)) }
        #expect(answer.status == 200)
        #expect(length == bytes.count)
    }

    @Test func `over https a head that is cut off is none`() {
        let text = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n"
        #expect(answer(text, hasEnded: true)?.oddities.count == 1)
        guard case .failed(let failure) = read(text, hasEnded: true, from: api) else {
            return #expect(Bool(false))
        }
        #expect(failure.name == "net::ERR_RESPONSE_HEADERS_TRUNCATED")
    }

    @Test func `HTTP 0.9 is taken at port 80 alone`() {
        let text = "<p>Welcome"
        guard case .answer(let answer, length: 0) = read(text, from: url("http", "api.example")) else {
            return #expect(Bool(false))
        }
        #expect(answer.status == 200)
        #expect(answer.fields.isEmpty)
        #expect(read(text) == .failed(.invalid))
        #expect(read(text, from: api) == .failed(.invalid))
        #expect(read("<p>", from: url("http", "api.example")) == .incomplete)
    }

    @Test func `odd heads are a step of their own`() {
        let odd = WireAnswer(
            status: 200,
            fields: [HeaderLine("Access-Control-Allow-Origin", "*")],
            oddities: ["A line ends in a line feed alone."]
        )
        let step = simulate(PageRequest(page: app, url: api), answer: odd).step(.responseHead)
        #expect(step?.outcome == .noted)
        #expect(step?.summary.contains("not known here") == true)
        #expect(step?.details.first == odd.oddities.first)
        #expect(simulate(PageRequest(page: app, url: api)).step(.responseHead) == nil)
    }

    // MARK: Handshakes

    private func readHandshake(_ text: String, hasEnded: Bool = false) -> ResponseReading {
        ResponseReading(Array(text.utf8), hasEnded: hasEnded, from: Self.here, ofHandshake: true)
    }

    @Test(arguments: [100, 101, 103])
    func `the first head answers a handshake, an interim one too`(status: Int) {
        let head = "HTTP/1.1 \(status) A\r\n\r\n"
        guard case .answer(let answer, let length) = readHandshake(head + "HTTP/1.1 200 OK\r\n\r\n") else {
            Issue.record("no answer")
            return
        }
        #expect(answer.status == status)
        #expect(length == head.utf8.count)
    }

    @Test(arguments: [
        ("HTTP/1.1 101 A\r\nUpgrade: ", "net::ERR_CONNECTION_CLOSED"),
        ("hello, hello", "net::ERR_INVALID_HTTP_RESPONSE"),
        ("", "net::ERR_EMPTY_RESPONSE"),
    ])
    func `a handshake has no head that is cut off, and no HTTP 0.9`(text: String, name: String) {
        guard case .failed(let failure) = readHandshake(text, hasEnded: true) else {
            Issue.record("an answer to \(text)")
            return
        }
        #expect(failure.name == name)
    }
}
