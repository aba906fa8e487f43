import HTTPSyntax
import Text

/// A token that a client has to send as `Authorization: Bearer` (RFC 6750 §2.1).
public struct BearerToken: Sendable {
    private let token: [UInt8]

    /// Takes the token.
    public init(_ token: String) {
        self.token = Array(token.utf8)
    }

    /// Whether the fields hold the token, and nothing else that could be one.
    public func isIn(_ fields: FieldSection) -> Bool {
        guard fields.count(of: .authorization) == 1, let value = fields.value(of: .authorization) else {
            return false
        }
        let scheme = value.prefix { $0 != UInt8(ascii: " ") }
        guard scheme.span.equalsIgnoringCase("bearer".utf8.span) else { return false }
        let sent = value[scheme.endIndex...].drop { $0 == UInt8(ascii: " ") }
        return ClientKeys.areEqual(token, sent)
    }
}
