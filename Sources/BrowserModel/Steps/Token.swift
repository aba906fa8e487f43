/// The syntax of methods and header names.
///
/// - SeeAlso: RFC 9110 §5.6.2.
enum Token {
    static func isValid(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Reads a comma-separated list of tokens; nil where one of them is none.
    ///
    /// - Parameter value: The value of a field; nil, a field that is absent, is an empty list.
    /// - SeeAlso: Fetch §2.2.2 (extract header list values).
    static func list(_ value: String?) -> [String]? {
        let elements = (value ?? "").split(separator: ",").map(trimmed).filter { !$0.isEmpty }
        return elements.allSatisfy(isValid) ? elements.map(String.init) : nil
    }

    /// Takes spaces and tabs off both ends.
    static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
