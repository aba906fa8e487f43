/// The syntax of methods and field names.
///
/// - SeeAlso: RFC 9110 §5.6.2.
public enum HTTPToken {
    /// Whether these octets are a token.
    @inlinable
    public static func isValid(_ octets: some Collection<UInt8>) -> Bool {
        !octets.isEmpty && octets.allSatisfy { $0.isTokenOctet }
    }

    /// Whether a text is a token.
    @inlinable
    public static func isValid(_ text: some StringProtocol) -> Bool {
        isValid(text.utf8)
    }
}
