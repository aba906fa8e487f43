/// Reads one JSON text strictly, keeping the position of every key and value.
///
/// Refused beyond RFC 8259: a byte order mark, lone surrogates, nesting deeper than 64.
/// Duplicate keys are kept and found by `JSONValue.duplicateKeys(at:)`, so that all of them are reported.
struct JSONReader {
    static let maximumDepth = 64

    let bytes: [UInt8]
    var index = 0
    private var cursor = PositionCursor()

    /// Reads a whole text.
    ///
    /// - Throws: `JSONSyntaxError`, at the first fault.
    static func read(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONSyntaxError(
                position: position(of: error.byteOffsets.lowerBound, in: bytes),
                rule: .utf8
            )
        }
        var reader = JSONReader(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw reader.breach(of: .noByteOrderMark) }
        try reader.skipSpace()
        if reader.next == nil { throw reader.breach(of: .notEmpty) }
        let value = try reader.readValue(depth: 0)
        try reader.skipSpace()
        if reader.next != nil { throw reader.breach(of: .oneValue) }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private static func position(of index: Int, in bytes: [UInt8]) -> SourcePosition {
        var cursor = PositionCursor()
        return cursor.advance(to: index, in: bytes)
    }

    /// The byte that is read next; nil at the end.
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// The position of the next byte.
    mutating func position() -> SourcePosition {
        cursor.advance(to: index, in: bytes)
    }

    /// The error that the text breaks `rule` at the next byte, or at `position`.
    mutating func breach(of rule: JSONRule, at position: SourcePosition? = nil) -> JSONSyntaxError {
        JSONSyntaxError(position: position ?? self.position(), rule: rule)
    }

    private mutating func skipSpace() throws(JSONSyntaxError) {
        while let byte = next {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): index += 1
            case UInt8(ascii: "/"), UInt8(ascii: "#"): throw breach(of: .noComment)
            default: return
            }
        }
    }

    /// Reads the value that starts at the next byte; `depth` counts the lists and objects around it.
    private mutating func readValue(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        let position = position()
        guard let byte = next else { throw breach(of: .valueBeforeEnd) }
        let content: JSONValue.Content
        switch byte {
        case UInt8(ascii: "{"): content = .object(try readMembers(from: position, depth: depth + 1))
        case UInt8(ascii: "["): content = .array(try readElements(from: position, depth: depth + 1))
        case UInt8(ascii: "\""): content = .string(try readString(from: position))
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"):
            content = .number(try readNumber(from: position))
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            content = try readWord(from: position)
        case UInt8(ascii: "'"): throw breach(of: .doubleQuotes)
        default: throw breach(of: .expectedValue(nextScalar))
        }
        return JSONValue(position: position, content: content)
    }

    private mutating func readMembers(
        from start: SourcePosition,
        depth: Int
    ) throws(JSONSyntaxError) -> [JSONMember] {
        try enter(depth)
        var members: [JSONMember] = []
        if next == UInt8(ascii: "}") { index += 1; return members }
        while true {
            let keyPosition = position()
            switch next {
            case nil: throw breach(of: .closedObject, at: start)
            case UInt8(ascii: "\""): break
            case UInt8(ascii: "'"): throw breach(of: .doubleQuotes)
            default: throw breach(of: .quotedKey)
            }
            let key = try readString(from: keyPosition)
            try skipSpace()
            guard next == UInt8(ascii: ":") else { throw breach(of: .colon) }
            index += 1
            try skipSpace()
            let value = try readValue(depth: depth)
            members.append(JSONMember(key: key, keyPosition: keyPosition, value: value))
            if try isClosed(by: UInt8(ascii: "}"), from: start, unclosed: .closedObject) { return members }
        }
    }

    private mutating func readElements(
        from start: SourcePosition,
        depth: Int
    ) throws(JSONSyntaxError) -> [JSONValue] {
        try enter(depth)
        var elements: [JSONValue] = []
        if next == UInt8(ascii: "]") { index += 1; return elements }
        while true {
            if next == nil { throw breach(of: .closedList, at: start) }
            elements.append(try readValue(depth: depth))
            if try isClosed(by: UInt8(ascii: "]"), from: start, unclosed: .closedList) { return elements }
        }
    }

    /// Steps over the opening bracket of a list or object, and the space behind it.
    private mutating func enter(_ depth: Int) throws(JSONSyntaxError) {
        if depth > Self.maximumDepth { throw breach(of: .depth) }
        index += 1
        try skipSpace()
    }

    /// Steps over what follows an element: the closing bracket (true), or a comma (false).
    private mutating func isClosed(
        by bracket: UInt8,
        from start: SourcePosition,
        unclosed: JSONRule
    ) throws(JSONSyntaxError) -> Bool {
        try skipSpace()
        switch next {
        case nil: throw breach(of: unclosed, at: start)
        case bracket:
            index += 1
            return true
        case UInt8(ascii: ","):
            let comma = position()
            index += 1
            try skipSpace()
            if next == bracket { throw breach(of: .noTrailingComma, at: comma) }
            return false
        default: throw breach(of: .comma)
        }
    }
}

/// Turns byte offsets into positions; it only ever moves forward, so a whole file costs one pass.
private struct PositionCursor {
    private var index = 0
    private var line = 1
    private var column = 1

    /// The position of the byte at `target`, which is not before any earlier target.
    mutating func advance(to target: Int, in bytes: [UInt8]) -> SourcePosition {
        while index < min(target, bytes.count) {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\n"): (line, column) = (line + 1, 1)
            // The LF of a CRLF ends the line for both.
            case UInt8(ascii: "\r") where index < bytes.count && bytes[index] == UInt8(ascii: "\n"): break
            case UInt8(ascii: "\r"): (line, column) = (line + 1, 1)
            // The further bytes of a scalar.
            case 0x80...0xBF: break
            default: column += 1
            }
        }
        return SourcePosition(line: line, column: column)
    }
}
