import Text

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
        guard HTTPToken.isValid(name) else {
            throw Fault(
                "\(name.quoted) is not a header name.",
                mend: "Write letters, digits and \"-\", such as \"X-Api-Key\"."
            )
        }
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
        guard value.utf8.allSatisfy(\.isFieldOctet) else {
            throw Fault(
                "The value holds a control character.",
                mend: "Remove it; line breaks would forge other fields."
            )
        }
        if OptionalWhitespace.trimmed(value[...]).count < value.count {
            throw Fault("The value has a space at an end.", mend: "Remove it; receivers drop it anyway.")
        }
    }
}
