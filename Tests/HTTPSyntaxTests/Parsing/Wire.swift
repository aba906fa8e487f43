import HTTPTypes
import Testing

@testable import HTTPSyntax

/// The octets of a text in which each character up to U+00FF stands for one.
func octets(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8($0.value) }
}

// A span does not live through the expansion of `#expect`, so tests hand out arrays.

extension RequestHeadParser {
    mutating func parse(_ bytes: [UInt8]) throws(SyntaxError) -> (head: RequestHead, consumed: Int)? {
        try parse(bytes.span)
    }
}

extension ResponseHeadParser {
    mutating func parse(_ bytes: [UInt8]) throws(SyntaxError) -> (head: ResponseHead, consumed: Int)? {
        try parse(bytes.span)
    }
}

extension ChunkedDecoder {
    mutating func next(in bytes: [UInt8], from offset: inout Int) throws(SyntaxError) -> Step {
        try next(in: bytes.span, from: &offset)
    }
}

/// The known field of a name.
func classify(_ name: [UInt8]) -> KnownField {
    FieldNameTable.shared.field(named: name.span)
}

/// A request that stands for a rule which it keeps or breaks.
struct Vector: Sendable, CustomTestStringConvertible {
    let rule: String
    let text: String
    let error: SyntaxError

    init(_ rule: String, _ text: String, _ error: SyntaxError) {
        self.rule = rule
        self.text = text
        self.error = error
    }

    var testDescription: String { rule }
}

/// What comes of bytes that are given to a parser.
enum Outcome: Equatable {
    case needsMore
    case message(String, consumed: Int)
    case refused(SyntaxError)
}

/// The outcome for a request head, given in pieces that end at `cuts` and then whole.
func requestOutcome(
    _ bytes: [UInt8],
    cuts: some Sequence<Int> = [],
    limits: HeadLimits = HeadLimits()
) -> Outcome {
    var parser = RequestHeadParser(limits: limits)
    return outcome(bytes, cuts: cuts) { piece throws(SyntaxError) in
        guard let (head, consumed) = try parser.parse(piece) else { return nil }
        var text = "\(head.method) \(head.target) \(head.version) "
        text += "\(framing { () throws(SyntaxError) in try head.framing() }) \(head.keepsAlive)\n"
        return (text + lines(head.fields), consumed)
    }
}

/// The outcome for a response head, given in pieces that end at `cuts` and then whole.
func responseOutcome(
    _ bytes: [UInt8],
    cuts: some Sequence<Int> = [],
    maximumHeadBytes: Int = 64 * 1024,
    maximumFieldCount: Int = 100
) -> Outcome {
    var parser = ResponseHeadParser(maximumHeadBytes: maximumHeadBytes, maximumFieldCount: maximumFieldCount)
    return outcome(bytes, cuts: cuts) { piece throws(SyntaxError) in
        guard let (head, consumed) = try parser.parse(piece) else { return nil }
        var text = "\(head.version) \(head.status) \(head.reason) "
        text += "\(framing { () throws(SyntaxError) in try head.framing(forRequestMethod: .get) }) "
        return (text + "\(head.keepsAlive)\n" + lines(head.fields), consumed)
    }
}

private func outcome(
    _ bytes: [UInt8],
    cuts: some Sequence<Int>,
    parse: ([UInt8]) throws(SyntaxError) -> (String, Int)?
) -> Outcome {
    do throws(SyntaxError) {
        for cut in Array(cuts) + [bytes.count] {
            if let (text, consumed) = try parse(Array(bytes[..<cut])) {
                return .message(text, consumed: consumed)
            }
        }
        return .needsMore
    } catch {
        return .refused(error)
    }
}

private func framing(_ body: () throws(SyntaxError) -> BodyFraming) -> String {
    do throws(SyntaxError) { return "\(try body())" } catch { return "\(error)" }
}

/// The lines of a section as they would be sent.
func lines(_ fields: FieldSection) -> String {
    var bytes: [UInt8] = []
    fields.write(to: &bytes)
    return String(bytes.map { Character(UnicodeScalar($0)) })
}

/// A section of field lines, each in a text of its own and without its end.
func section(_ lines: String...) throws -> FieldSection {
    let text = "HTTP/1.1 200 OK\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
    var parser = ResponseHeadParser(maximumHeadBytes: 1 << 20, maximumFieldCount: 1000)
    return try #require(try parser.parse(octets(text))).head.fields
}

/// The head of a request in one piece.
func requestHead(_ text: String) throws -> RequestHead {
    var parser = RequestHeadParser(limits: HeadLimits())
    return try #require(try parser.parse(octets(text))).head
}

/// The head of a response in one piece.
func responseHead(_ text: String) throws -> ResponseHead {
    var parser = ResponseHeadParser(maximumHeadBytes: 64 * 1024, maximumFieldCount: 100)
    return try #require(try parser.parse(octets(text))).head
}

/// What comes of a chunked body: the data, how far it goes, whether it ended, and the rule that it breaks.
struct DecodedBody: Equatable {
    var data: [UInt8] = []
    var consumed = 0
    var hasEnded = false
    var error: SyntaxError?
}

/// Decodes a chunked body, given in pieces that end at `cuts` and at the end of `bytes`.
func decodeChunks(
    _ bytes: [UInt8],
    cuts: some Sequence<Int> = [],
    from sender: MessageSender = .client
) -> DecodedBody {
    var body = DecodedBody()
    var decoder = ChunkedDecoder(from: sender)
    for cut in Array(cuts) + [bytes.count] where !body.hasEnded && body.error == nil {
        decode(Array(bytes[body.consumed..<cut]), with: &decoder, into: &body)
    }
    return body
}

private func decode(_ piece: [UInt8], with decoder: inout ChunkedDecoder, into body: inout DecodedBody) {
    var offset = 0
    defer { body.consumed += offset }
    do throws(SyntaxError) {
        while true {
            switch try decoder.next(in: piece, from: &offset) {
            case .needsMore: return
            case .data(let range): body.data += piece[range]
            case .end:
                body.hasEnded = true
                return
            }
        }
    } catch {
        body.error = error
    }
}
