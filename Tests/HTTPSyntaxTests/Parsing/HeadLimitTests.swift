import Testing

@testable import HTTPSyntax

/// Each limit at n and at n + 1, whole and byte by byte.
@Suite struct HeadLimitTests {
    private func expect(_ text: String, _ limits: HeadLimits, _ error: SyntaxError?) {
        let bytes = octets(text)
        let whole = requestOutcome(bytes, limits: limits)
        #expect(requestOutcome(bytes, cuts: 0..<bytes.count, limits: limits) == whole)
        if let error {
            #expect(whole == .refused(error))
        } else {
            guard case .message = whole else {
                Issue.record("\(whole)")
                return
            }
        }
    }

    @Test(arguments: ["", "\r\n", "\r\n\r\n"])
    func `limits the bytes of a head, empty lines before it not counted`(empty: String) {
        let head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        let size = head.utf8.count
        expect(empty + head, HeadLimits(headerBytes: size), nil)
        expect(empty + head + "rest", HeadLimits(headerBytes: size), nil)
        expect(empty + head, HeadLimits(headerBytes: size - 1), .headTooLarge)
    }

    @Test func `refuses an endless line before it ends`() {
        let limits = HeadLimits(headerBytes: 40)
        expect("GGG".padding(to: 40), limits, .methodTooLong)
        for start in ["GET /", "GET / HTTP/1.1\r\nX", "GET / HTTP/1.1\r\nX: "] {
            let filled = start.padding(to: 39)
            #expect(requestOutcome(octets(filled), limits: limits) == .needsMore)
            expect(filled + "a", limits, .headTooLarge)
        }
    }

    @Test func `finds an error before the limit first`() {
        expect("GET / HTTP/1.1\r\nX : y", HeadLimits(headerBytes: 18), .whitespaceBeforeColon)
        expect("GET / HTTP/1.1\r\nX : y", HeadLimits(headerBytes: 17), .headTooLarge)
    }

    @Test func `limits the number of field lines`() {
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\n\r\n"
        expect(text, HeadLimits(headerCount: 3), nil)
        expect(text, HeadLimits(headerCount: 2), .tooManyFields)
        expect("GET / HTTP/1.0\r\n\r\n", HeadLimits(headerCount: 0), nil)
        expect("GET / HTTP/1.0\r\nX", HeadLimits(headerCount: 0), .tooManyFields)
    }

    @Test func `limits the bytes of a target`() {
        let text = "GET /2345 HTTP/1.1\r\nHost: a\r\n\r\n"
        expect(text, HeadLimits(urlBytes: 5), nil)
        expect(text, HeadLimits(urlBytes: 4), .targetTooLong)
        expect("GET /234", HeadLimits(urlBytes: 3), .targetTooLong)
        #expect(requestOutcome(octets("GET /23"), limits: HeadLimits(urlBytes: 3)) == .needsMore)
    }

    @Test(arguments: [0, -1, Int.min])
    func `takes nothing with limits of nothing`(limit: Int) {
        let limits = HeadLimits(headerBytes: limit, headerCount: limit, urlBytes: limit)
        expect("GET / HTTP/1.1\r\n", limits, .headTooLarge)
        #expect(responseOutcome(octets("HTTP/1.1"), maximumHeadBytes: limit) == .refused(.headTooLarge))
    }

    @Test func `takes limits up to the greatest integer`() {
        let limits = HeadLimits(headerBytes: .max, headerCount: .max, urlBytes: .max)
        expect("GET / HTTP/1.1\r\nHost: a\r\n\r\n", limits, nil)
    }

    @Test func `limits response heads likewise`() {
        let text = "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n"
        let size = text.utf8.count
        for cuts in [0..<0, 0..<size] {
            let whole = responseOutcome(
                octets(text),
                cuts: cuts,
                maximumHeadBytes: size,
                maximumFieldCount: 2
            )
            #expect(whole == .message("http11 200 OK untilClose true\nA: b\r\nC: d\r\n", consumed: size))
            let large = responseOutcome(octets(text), cuts: cuts, maximumHeadBytes: size - 1)
            #expect(large == .refused(.headTooLarge))
            let many = responseOutcome(octets(text), cuts: cuts, maximumFieldCount: 1)
            #expect(many == .refused(.tooManyFields))
        }
    }
}

extension String {
    fileprivate func padding(to count: Int) -> String {
        self + String(repeating: "a", count: count - utf8.count)
    }
}
