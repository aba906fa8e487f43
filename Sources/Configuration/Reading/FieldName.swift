/// Names and values of header fields in the configuration.
///
/// - SeeAlso: RFC 9110 §5.1 and §5.5.
enum FieldName {
    /// Fields of one connection or of a message's framing, which are written by the proxy alone.
    private static let ownFields: Set<String> = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate",
        "proxy-authentication-info", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Checks that a name is a token.
    static func check(_ name: String) throws(Fault) {
        guard isToken(name) else {
            throw Fault(
                "\(name.quoted) is not a header name.",
                mend: "Write letters, digits and \"-\", such as \"X-Api-Key\"."
            )
        }
    }

    /// Whether a text is a token, as names of fields and methods are (RFC 9110 §5.6.2).
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
    }

    /// Checks that a name is a token, and of a field that may be set or removed.
    static func checkMutable(_ name: String, in message: FieldRules.Message) throws(Fault) {
        try check(name)
        let lowercased = name.lowercased()
        if ownFields.contains(lowercased) {
            throw Fault(
                "\(name.quoted) belongs to the connection, and the proxy writes it itself.",
                mend: "Remove it."
            )
        }
        if message == .response, lowercased.hasPrefix("access-control-") {
            throw Fault(
                "\(name.quoted) is written by the policy.",
                mend: "Say under \"cors\" what it is to allow."
            )
        }
    }

    /// Checks that a value can stand in a field line; the value is never shown, since it may be a key.
    static func checkValue(_ value: String) throws(Fault) {
        guard value.utf8.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }) else {
            throw Fault(
                "The value holds a control character.",
                mend: "Remove it; line breaks would forge other fields."
            )
        }
        if value.utf8.first.isBlank || value.utf8.last.isBlank {
            throw Fault("The value has a space at an end.", mend: "Remove it; receivers drop it anyway.")
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension UInt8? {
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }
}
