import Testing

@testable import HTTPSyntax

/// Requests that two recipients could read differently: each is refused for one exact reason, whole or in pieces.
@Suite struct RequestSmugglingTests {
    /// The rule that a request breaks in its head, its framing or its chunked body.
    private func refusal(of text: String, bytewise: Bool) -> SyntaxError? {
        let bytes = octets(text)
        var parser = RequestHeadParser(limits: HeadLimits())
        do throws(SyntaxError) {
            for count in bytewise ? 1...bytes.count : bytes.count...bytes.count {
                guard let (head, consumed) = try parser.parse(Array(bytes[..<count])) else { continue }
                guard try head.framing() == .chunked else { return nil }
                let body = Array(bytes[consumed...])
                return decodeChunks(body, cuts: bytewise ? 0..<body.count : 0..<0).error
            }
            return nil
        } catch {
            return error
        }
    }

    private func expectRefusal(_ vector: Vector) {
        #expect(refusal(of: vector.text, bytewise: false) == vector.error)
        #expect(refusal(of: vector.text, bytewise: true) == vector.error)
    }

    /// A request with these lines, ends included, after its Host, and what follows its head.
    private static func post(_ lines: String, _ rest: String = "", version: String = "1.1") -> String {
        "POST / HTTP/\(version)\r\nHost: a\r\n\(lines)\r\n\(rest)"
    }

    /// A chunked request with this body.
    private static func chunks(_ body: String) -> String {
        post("Transfer-Encoding: chunked\r\n", body)
    }

    @Test func `takes the requests that the vectors vary`() {
        let texts = [
            Self.post(""), Self.post("Content-Length: 5\r\n", "hello"),
            Self.post("X: y\r\n", "", version: "1.0"), Self.chunks("5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n"),
        ]
        for text in texts + Seeds.requests { #expect(refusal(of: text, bytewise: true) == nil) }
    }

    @Test(arguments: [
        Vector(
            "CL.TE",
            post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nG"),
            .conflictingFraming
        ),
        Vector(
            "TE.CL",
            post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "5c\r\n"),
            .conflictingFraming
        ),
        Vector(
            "CL.0 with TE",
            post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
            .conflictingFraming
        ),
        Vector(
            "TE.CL on 1.0",
            post("Transfer-Encoding: x\r\nContent-Length: 4\r\n", version: "1.0"),
            .conflictingFraming
        ),
        Vector(
            "bad CL with TE",
            post("Content-Length: x\r\nTransfer-Encoding: chunked\r\n"),
            .conflictingFraming
        ),
        Vector("CL with empty TE", post("Content-Length: 1\r\nTransfer-Encoding:\r\n"), .conflictingFraming),
        Vector(
            "lower-case names",
            post("content-length: 1\r\ntransfer-encoding: chunked\r\n"),
            .conflictingFraming
        ),
    ])
    func `refuses Content-Length beside Transfer-Encoding (RFC 9112 §6.3)`(vector: Vector) {
        expectRefusal(vector)
    }

    @Test(arguments: [
        Vector("differing", post("Content-Length: 1\r\nContent-Length: 2\r\n"), .multipleContentLengths),
        Vector("equal", post("Content-Length: 1\r\nContent-Length: 1\r\n"), .multipleContentLengths),
        Vector("case", post("Content-Length: 1\r\ncOnTeNt-LeNgTh: 2\r\n"), .multipleContentLengths),
        Vector("apart", post("Content-Length: 0\r\nX: y\r\nContent-Length: 9\r\n"), .multipleContentLengths),
        Vector("list", post("Content-Length: 2, 30\r\n"), .invalidContentLength),
        Vector("equal list", post("Content-Length: 2, 2\r\n"), .invalidContentLength),
        Vector("plus", post("Content-Length: +5\r\n"), .invalidContentLength),
        Vector("minus", post("Content-Length: -5\r\n"), .invalidContentLength),
        Vector("hexadecimal", post("Content-Length: 0x5\r\n"), .invalidContentLength),
        Vector("underscore", post("Content-Length: 1_0\r\n"), .invalidContentLength),
        Vector("fraction", post("Content-Length: 5.0\r\n"), .invalidContentLength),
        Vector("exponent", post("Content-Length: 1e1\r\n"), .invalidContentLength),
        Vector("empty", post("Content-Length:\r\n"), .invalidContentLength),
        Vector("white space", post("Content-Length: \t \r\n"), .invalidContentLength),
        Vector("quoted", post("Content-Length: \"5\"\r\n"), .invalidContentLength),
        Vector("space within", post("Content-Length: 1 0\r\n"), .invalidContentLength),
        Vector("letters after", post("Content-Length: 2abc\r\n"), .invalidContentLength),
        Vector(
            "letters after 18 digits",
            post("Content-Length: 1234567890123456789x\r\n"),
            .invalidContentLength
        ),
        Vector("other digits", post("Content-Length: \u{B2}\r\n"), .invalidContentLength),
        Vector("19 digits", post("Content-Length: 1000000000000000000\r\n"), .contentLengthTooLarge),
        Vector("2^63", post("Content-Length: 9223372036854775808\r\n"), .contentLengthTooLarge),
        Vector("2^64 + 5", post("Content-Length: 18446744073709551621\r\n"), .contentLengthTooLarge),
        Vector("leading zeros", post("Content-Length: 0000000000000000005\r\n"), .contentLengthTooLarge),
    ])
    func `refuses a Content-Length other than 1 to 18 digits once (RFC 9110 §8.6)`(vector: Vector) {
        expectRefusal(vector)
    }

    @Test(arguments: [
        Vector(
            "two lines",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            .multipleTransferEncodings
        ),
        Vector(
            "TE.TE",
            post("Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n"),
            .multipleTransferEncodings
        ),
        Vector(
            "one empty",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n"),
            .multipleTransferEncodings
        ),
        Vector("HTTP/1.0", post("Transfer-Encoding: chunked\r\n", version: "1.0"), .transferEncodingInHTTP10),
        Vector("gzip first", post("Transfer-Encoding: gzip, chunked\r\n"), .unsupportedTransferCoding),
        Vector("gzip last", post("Transfer-Encoding: chunked, gzip\r\n"), .unsupportedTransferCoding),
        Vector("twice", post("Transfer-Encoding: chunked, chunked\r\n"), .unsupportedTransferCoding),
        Vector("identity", post("Transfer-Encoding: identity\r\n"), .unsupportedTransferCoding),
        Vector(
            "identity first",
            post("Transfer-Encoding: identity, chunked\r\n"),
            .unsupportedTransferCoding
        ),
        Vector("prefix", post("Transfer-Encoding: xchunked\r\n"), .unsupportedTransferCoding),
        Vector("suffix", post("Transfer-Encoding: chunkedx\r\n"), .unsupportedTransferCoding),
        Vector("cut off", post("Transfer-Encoding: chunke\r\n"), .unsupportedTransferCoding),
        Vector("space within", post("Transfer-Encoding: chu nked\r\n"), .unsupportedTransferCoding),
        Vector("quoted", post("Transfer-Encoding: \"chunked\"\r\n"), .unsupportedTransferCoding),
        Vector("quoted once", post("Transfer-Encoding: 'chunked'\r\n"), .unsupportedTransferCoding),
        Vector("parameter", post("Transfer-Encoding: chunked;q=1\r\n"), .unsupportedTransferCoding),
        Vector("comma after", post("Transfer-Encoding: chunked,\r\n"), .unsupportedTransferCoding),
        Vector("comma before", post("Transfer-Encoding: ,chunked\r\n"), .unsupportedTransferCoding),
        Vector("empty", post("Transfer-Encoding:\r\n"), .unsupportedTransferCoding),
        Vector("no-break space", post("Transfer-Encoding: chunked\u{A0}\r\n"), .unsupportedTransferCoding),
        Vector("long s", post("Transfer-Encoding: chun\u{E9}ked\r\n"), .unsupportedTransferCoding),
        Vector("vertical tab", post("Transfer-Encoding: \u{B}chunked\r\n"), .invalidFieldValue),
        Vector("form feed", post("Transfer-Encoding: chunked\u{C}\r\n"), .invalidFieldValue),
        Vector("NUL", post("Transfer-Encoding: chunked\u{0}\r\n"), .invalidFieldValue),
        Vector("space before colon", post("Transfer-Encoding : chunked\r\n"), .whitespaceBeforeColon),
        Vector("tab before colon", post("Transfer-Encoding\t: chunked\r\n"), .whitespaceBeforeColon),
        Vector("space before name", post(" Transfer-Encoding: chunked\r\n"), .obsoleteLineFolding),
        Vector("folded", post("Transfer-Encoding:\r\n chunked\r\n"), .obsoleteLineFolding),
        Vector("hidden by a fold", post("X: y\r\n\tTransfer-Encoding: chunked\r\n"), .obsoleteLineFolding),
        Vector("hidden by a line feed", post("X: y\nTransfer-Encoding: chunked\r\n"), .bareLineFeed),
        Vector(
            "hidden by a carriage return",
            post("X: y\rTransfer-Encoding: chunked\r\n"),
            .bareCarriageReturn
        ),
        Vector("no colon", post("Transfer-Encoding chunked\r\n"), .whitespaceBeforeColon),
        Vector("no-break space in name", post("Transfer-Encoding\u{A0}: chunked\r\n"), .invalidFieldName),
    ])
    func `refuses any Transfer-Encoding but one chunked (RFC 9112 §6.1)`(vector: Vector) {
        expectRefusal(vector)
    }

    @Test(arguments: [
        Vector("line feed after a value", post("X: y\n"), .bareLineFeed),
        Vector("line feed after a name", post("X\n: y\r\n"), .bareLineFeed),
        Vector("line feed for the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        Vector("line feeds throughout", "GET / HTTP/1.1\nHost: a\n\n", .bareLineFeed),
        Vector("carriage return in a value", post("X: y\rz\r\n"), .bareCarriageReturn),
        Vector("two carriage returns", post("X: y\r\r\n"), .bareCarriageReturn),
        Vector("carriage return for the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\rX", .bareCarriageReturn),
        Vector("carriage return after the version", "GET / HTTP/1.1\rHost: a\r\n\r\n", .bareCarriageReturn),
        Vector("carriage return in a name", post("X\rY: z\r\n"), .missingColon),
        Vector("fold by a space", post("X: y\r\n z\r\n"), .obsoleteLineFolding),
        Vector("fold by a tab", post("X: y\r\n\tz\r\n"), .obsoleteLineFolding),
        Vector("white space line", post("X: y\r\n \r\n"), .obsoleteLineFolding),
        Vector(
            "white space before the fields",
            "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
            .whitespaceBeforeFirstField
        ),
        Vector("tab before the fields", "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n", .whitespaceBeforeFirstField),
        Vector("empty name", post(": y\r\n"), .emptyFieldName),
        Vector("empty name and value", post(":\r\n"), .emptyFieldName),
        Vector("no colon", post("X\r\n"), .missingColon),
        Vector("space before colon", post("X : y\r\n"), .whitespaceBeforeColon),
        Vector("space in a name", post("X Y: z\r\n"), .whitespaceBeforeColon),
        Vector("NUL in a name", post("X\u{0}: y\r\n"), .invalidFieldName),
        Vector("parenthesis in a name", post("X(: y\r\n"), .invalidFieldName),
        Vector("slash in a name", post("X/Y: z\r\n"), .invalidFieldName),
        Vector("at sign first in a name", post("@X: y\r\n"), .invalidFieldName),
        Vector("obs-text in a name", post("X\u{FF}: y\r\n"), .invalidFieldName),
        Vector("DEL in a name", post("X\u{7F}: y\r\n"), .invalidFieldName),
        Vector("NUL in a value", post("X: a\u{0}b\r\n"), .invalidFieldValue),
        Vector("ESC in a value", post("X: a\u{1B}b\r\n"), .invalidFieldValue),
        Vector("US in a value", post("X: a\u{1F}b\r\n"), .invalidFieldValue),
        Vector("DEL in a value", post("X: a\u{7F}b\r\n"), .invalidFieldValue),
        Vector(
            "NUL far into a value",
            post("X: 0123456789abcdef0123456789abcdef\u{0}\r\n"),
            .invalidFieldValue
        ),
        Vector(
            "DEL within sixteen octets",
            post("X: 0123456789ab\u{7F}cdef0123456789\r\n"),
            .invalidFieldValue
        ),
    ])
    func `refuses what is no field line (RFC 9112 §2.2 and §5)`(vector: Vector) {
        expectRefusal(vector)
    }

    @Test(arguments: [
        Vector("empty size", chunks("\r\n"), .invalidChunkSize),
        Vector("extension without size", chunks(";a\r\n"), .invalidChunkSize),
        Vector("plus", chunks("+5\r\nhello\r\n"), .invalidChunkSize),
        Vector("minus", chunks("-5\r\nhello\r\n"), .invalidChunkSize),
        Vector("0x", chunks("0x5\r\nhello\r\n"), .invalidChunkSize),
        Vector("underscore", chunks("1_0\r\n"), .invalidChunkSize),
        Vector("space before", chunks(" 5\r\nhello\r\n"), .invalidChunkSize),
        Vector("space after", chunks("5 \r\nhello\r\n"), .invalidChunkSize),
        Vector("tab before an extension", chunks("5\t;a\r\nhello\r\n"), .invalidChunkSize),
        Vector("letter", chunks("5g\r\nhello\r\n"), .invalidChunkSize),
        Vector("letter alone", chunks("g\r\n"), .invalidChunkSize),
        Vector("NUL", chunks("5\u{0}\r\nhello\r\n"), .invalidChunkSize),
        Vector("comma", chunks("5,a\r\nhello\r\n"), .invalidChunkSize),
        Vector("17 digits", chunks("00000000000000005\r\nhello\r\n"), .chunkSizeTooLarge),
        Vector("2^63", chunks("8000000000000000\r\n"), .chunkSizeTooLarge),
        Vector("2^64 - 1", chunks("ffffffffffffffff\r\n"), .chunkSizeTooLarge),
        Vector("2^64 + 5", chunks("10000000000000005\r\nhello\r\n"), .chunkSizeTooLarge),
        Vector("line feed after size", chunks("5\nhello\r\n"), .bareLineFeed),
        Vector("line feed for size", chunks("\n"), .bareLineFeed),
        Vector("carriage return after size", chunks("5\rhello\r\n"), .bareCarriageReturn),
        Vector("TERM.EXT: line feed in an extension", chunks("5;a\nhello\r\n"), .bareLineFeed),
        Vector("carriage return in an extension", chunks("5;a\rb\r\nhello\r\n"), .bareCarriageReturn),
        Vector("NUL in an extension", chunks("5;a\u{0}\r\nhello\r\n"), .invalidChunkExtension),
        Vector("DEL in an extension", chunks("5;a\u{7F}\r\nhello\r\n"), .invalidChunkExtension),
        Vector("line feed after data", chunks("5\r\nhello\n0\r\n\r\n"), .bareLineFeed),
        Vector("carriage return after data", chunks("5\r\nhello\r0\r\n\r\n"), .bareCarriageReturn),
        Vector("SPILL.TERM: two octets after data", chunks("5\r\nhelloXX0\r\n\r\n"), .missingChunkEnd),
        Vector("no end after data", chunks("5\r\nhello0\r\n\r\n"), .missingChunkEnd),
        Vector("data too long", chunks("4\r\nhello\r\n"), .missingChunkEnd),
        Vector("data too short", chunks("6\r\nhello\r\n0\r\n\r\n"), .bareLineFeed),
        Vector("line feed after last chunk", chunks("0\n\r\n"), .bareLineFeed),
        Vector("line feed for the empty line", chunks("0\r\n\n"), .bareLineFeed),
        Vector("carriage return for the empty line", chunks("0\r\n\rX"), .bareCarriageReturn),
        Vector("white space after last chunk", chunks("0\r\n X: y\r\n\r\n"), .whitespaceBeforeFirstField),
        Vector("fold in trailers", chunks("0\r\nX: y\r\n z\r\n\r\n"), .obsoleteLineFolding),
        Vector("trailer without colon", chunks("0\r\nGET / HTTP/1.1\r\n\r\n"), .whitespaceBeforeColon),
        Vector("trailer without name", chunks("0\r\n: x\r\n\r\n"), .emptyFieldName),
        Vector("NUL in a trailer", chunks("0\r\nX: \u{0}\r\n\r\n"), .invalidFieldValue),
        Vector("line feed in a trailer", chunks("0\r\nX: y\n\r\n"), .bareLineFeed),
        Vector("carriage return in a trailer", chunks("0\r\nX: y\rZ\r\n\r\n"), .bareCarriageReturn),
        Vector("no-break space in a trailer's name", chunks("0\r\nX\u{A0}: y\r\n\r\n"), .invalidFieldName),
    ])
    func `refuses malformed chunks (RFC 9112 §7.1)`(vector: Vector) {
        expectRefusal(vector)
    }
}
