import HTTPTypes
import Testing

@testable import HTTPSyntax

@Suite struct ResponseHeadParserTests {
    private func expectRefusal(_ vector: Vector) {
        let bytes = octets(vector.text)
        #expect(responseOutcome(bytes) == .refused(vector.error))
        #expect(responseOutcome(bytes, cuts: 0..<bytes.count) == .refused(vector.error))
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK", HTTPVersion.http11, 200, "OK"),
        ("HTTP/1.0 100 Continue", .http10, 100, "Continue"),
        ("HTTP/1.1 600 ", .http11, 600, ""), ("HTTP/1.1 999 Denied", .http11, 999, "Denied"),
        ("HTTP/1.1 599 ", .http11, 599, ""), ("HTTP/1.1 204", .http11, 204, ""),
        ("HTTP/1.1 404 Not\tFound ", .http11, 404, "Not\tFound "), ("HTTP/1.1 200  x", .http11, 200, " x"),
        ("HTTP/1.1 101 \u{C3}\u{A9}", .http11, 101, "é"), ("HTTP/1.1 500 \u{E9}", .http11, 500, "\u{FFFD}"),
    ])
    func `reads version, status and reason (RFC 9112 §4)`(
        line: String,
        version: HTTPVersion,
        status: Int,
        reason: String
    ) throws {
        let head = try responseHead(line + "\r\nServer: x\r\n\r\n")
        #expect(head.version == version)
        #expect(head.status == status)
        #expect(head.reason == reason)
        #expect(lines(head.fields) == "Server: x\r\n")
        #expect(head.isInformational == (status < 200))
    }

    @Test(arguments: [
        Vector("HTTP/0.9", "<html>", .malformedVersion),
        Vector("empty line first", "\r\nHTTP/1.1 200 OK\r\n", .malformedVersion),
        Vector("line feed first", "\nHTTP/1.1 200 OK\r\n", .malformedVersion),
        Vector("ICY", "ICY 200 OK\r\n", .malformedVersion),
        Vector("lower case", "http/1.1 200 OK\r\n", .malformedVersion),
        Vector("TLS alert", "\u{15}\u{3}\u{3}", .malformedVersion),
        Vector("SSH", "SSH-2.0-OpenSSH\r\n", .malformedVersion),
        Vector("no minor", "HTTP/2 200\r\n", .malformedVersion),
        Vector("HTTP/2.0", "HTTP/2.0 200 OK\r\n", .unsupportedVersion),
        Vector("HTTP/1.2", "HTTP/1.2 200 OK\r\n", .unsupportedVersion),
        Vector("HTTP/0.9 named", "HTTP/0.9 200 OK\r\n", .unsupportedVersion),
        Vector("two minor digits", "HTTP/1.11 200 OK\r\n", .malformedStatusLine),
        Vector("tab", "HTTP/1.1\t200 OK\r\n", .malformedStatusLine),
        Vector("version alone", "HTTP/1.1\r\n\r\n", .malformedStatusLine),
        Vector("line feed after the version", "HTTP/1.1\n", .bareLineFeed),
        Vector("two spaces", "HTTP/1.1  200 OK\r\n", .invalidStatus),
        Vector("99", "HTTP/1.1 99 OK\r\n", .invalidStatus),
        Vector("099", "HTTP/1.1 099 OK\r\n", .invalidStatus),
        Vector("000", "HTTP/1.1 000 OK\r\n", .invalidStatus),
        Vector("2x0", "HTTP/1.1 2x0 OK\r\n", .invalidStatus),
        Vector("20", "HTTP/1.1 20 OK\r\n", .invalidStatus),
        Vector("20 alone", "HTTP/1.1 20\r\n", .invalidStatus),
        Vector("2000", "HTTP/1.1 2000 OK\r\n", .invalidStatus),
        Vector("+20", "HTTP/1.1 +20 OK\r\n", .invalidStatus),
        Vector("-200", "HTTP/1.1 -200 OK\r\n", .invalidStatus),
        Vector("line feed in the status", "HTTP/1.1 20\n", .bareLineFeed),
        Vector("line feed after the status", "HTTP/1.1 200\n", .bareLineFeed),
        Vector("letter after the status", "HTTP/1.1 200OK\r\n", .malformedStatusLine),
        Vector("tab after the status", "HTTP/1.1 200\tOK\r\n", .malformedStatusLine),
        Vector("carriage return after the status", "HTTP/1.1 200\rX", .bareCarriageReturn),
        Vector("ESC in the reason", "HTTP/1.1 200 \u{1B}[31m\r\n", .invalidReason),
        Vector("NUL in the reason", "HTTP/1.1 200 O\u{0}K\r\n", .invalidReason),
        Vector("DEL in the reason", "HTTP/1.1 200 O\u{7F}K\r\n", .invalidReason),
        Vector("bare carriage return in the reason", "HTTP/1.1 200 O\rK\r\n", .bareCarriageReturn),
        Vector("bare line feed after the reason", "HTTP/1.1 200 OK\n", .bareLineFeed),
    ])
    func `refuses what is no status line (RFC 9112 §4)`(vector: Vector) {
        expectRefusal(vector)
    }

    @Test(arguments: [
        Vector("empty name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", .emptyFieldName),
        Vector("space before colon", "HTTP/1.1 200 OK\r\nName : x\r\n\r\n", .whitespaceBeforeColon),
        Vector("fold", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", .obsoleteLineFolding),
        Vector("white space first", "HTTP/1.1 200 OK\r\n A: b\r\n\r\n", .whitespaceBeforeFirstField),
        Vector("bare line feed", "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n", .bareLineFeed),
        Vector("bare line feed for the empty line", "HTTP/1.1 200 OK\r\nA: b\r\n\n", .bareLineFeed),
        Vector("bare carriage return", "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n", .bareCarriageReturn),
        Vector("ESC", "HTTP/1.1 200 OK\r\nA: \u{1B}\r\n\r\n", .invalidFieldValue),
        Vector("NUL", "HTTP/1.1 200 OK\r\nA: \u{0}\r\n\r\n", .invalidFieldValue),
        Vector("no colon", "HTTP/1.1 200 OK\r\nA\r\n\r\n", .missingColon),
        Vector("slash in a name", "HTTP/1.1 200 OK\r\nA/B: c\r\n\r\n", .invalidFieldName),
    ])
    func `refuses what is no field line (RFC 9112 §5)`(vector: Vector) {
        expectRefusal(vector)
    }

    @Test func `reads an interim response and then the final one (RFC 9110 §15.2)`() throws {
        let bytes = octets("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n")
        var parser = ResponseHeadParser(maximumHeadBytes: 1024, maximumFieldCount: 10)
        let interim = try #require(try parser.parse(bytes))
        let final = try #require(try parser.parse(Array(bytes[interim.consumed...])))
        #expect(interim.head.status == 103)
        #expect(final.head.status == 200)
        #expect(lines(final.head.fields) == "A: b\r\n")
        #expect(interim.consumed + final.consumed == bytes.count)
    }

    @Test func `does not trap when a buffer shrinks`() throws {
        var parser = ResponseHeadParser(maximumHeadBytes: 1024, maximumFieldCount: 10)
        #expect(try parser.parse(octets("HTTP/1.1 200 OK\r\nA: b")) == nil)
        #expect(try parser.parse(octets("HTTP")) == nil)
    }

    @Test func `writes a head as HTTP/1.1 (RFC 9110 §2.5)`() throws {
        var bytes: [UInt8] = []
        try responseHead("HTTP/1.0 404\r\nA:b \r\n\r\n").write(to: &bytes)
        #expect(bytes == octets("HTTP/1.1 404 \r\nA: b\r\n\r\n"))
    }
}
