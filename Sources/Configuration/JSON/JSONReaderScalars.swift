import Text

extension JSONReader {
    /// The scalar that starts at the next byte.
    var nextScalar: Unicode.Scalar {
        String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
            ?? " "
    }

    /// Reads the string whose opening quote is the next byte.
    mutating func readString(from start: SourcePosition) throws(JSONSyntaxError) -> String {
        index += 1
        var text: [UInt8] = []
        var run = index
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                text += bytes[run..<index]
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text += bytes[run..<index]
                text += String(try readEscape()).utf8
                run = index
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                throw breach(of: .closedString, at: start)
            case 0..<0x20:
                throw breach(of: .noControlCharacter(byte))
            default:
                index += 1
            }
        }
        throw breach(of: .closedString, at: start)
    }

    /// Reads the escape whose backslash is the next byte; a pair of surrogates is one escape.
    private mutating func readEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = position()
        index += 1
        let letter = next
        index += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try readCodePoint(from: start)
        default: throw breach(of: .knownEscape, at: start)
        }
    }

    private mutating func readCodePoint(from start: SourcePosition) throws(JSONSyntaxError) -> Unicode.Scalar
    {
        let unit = try readFourHexDigits(from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // Only a high surrogate that a low one follows at once is a character (RFC 8259 §7).
        guard unit < 0xDC00, bytes[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
            throw breach(of: .pairedSurrogate, at: start)
        }
        index += 2
        let low = try readFourHexDigits(from: start)
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw breach(of: .pairedSurrogate, at: start) }
        return scalar
    }

    private mutating func readFourHexDigits(from start: SourcePosition) throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw breach(of: .fourHexDigits, at: start)
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    /// Reads a number by the grammar of RFC 8259 §6.
    mutating func readNumber(from start: SourcePosition) throws(JSONSyntaxError) -> JSONNumber {
        let end = bytes[index...].firstIndex {
            !$0.isWordByte && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+")
        }
        let token = bytes[index..<(end ?? bytes.count)]
        index = token.endIndex
        let text = String(decoding: token, as: UTF8.self)
        guard JSONNumber.isWellFormed(token) else { throw breach(of: .number(text), at: start) }
        return JSONNumber(text: text)
    }

    /// Reads `true`, `false` or `null`.
    mutating func readWord(from start: SourcePosition) throws(JSONSyntaxError) -> JSONValue.Content {
        let end = bytes[index...].firstIndex { !$0.isWordByte }
        let word = String(decoding: bytes[index..<(end ?? bytes.count)], as: UTF8.self)
        index = end ?? bytes.count
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default: throw breach(of: .knownWord(word), at: start)
        }
    }
}

extension JSONNumber {
    /// Whether the bytes are `[-] int [. digits] [e [+-] digits]`, without a leading zero.
    fileprivate static func isWellFormed(_ token: ArraySlice<UInt8>) -> Bool {
        var rest = token
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let whole = rest.prefix(while: \.isDigit)
        rest = rest.dropFirst(whole.count)
        guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return false }
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: \.isDigit)
            guard !fraction.isEmpty else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            return !rest.isEmpty && rest.allSatisfy(\.isDigit)
        }
        return rest.isEmpty
    }
}

extension UInt8 {
    /// Whether a byte can belong to an unquoted word or number, well-formed or not.
    fileprivate var isWordByte: Bool {
        isLetter || isDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: ".")
    }
}
