import Text

/// The versions of HTTP that the proxy reads.
///
/// - SeeAlso: RFC 9112 §2.3.
public enum HTTPVersion: Sendable, Hashable {
    case http10
    case http11
}

/// Reads `HTTP/1.0` or `HTTP/1.1` octet by octet.
struct VersionScanner: Sendable {
    private var count = 0
    private var major: UInt8 = 0

    /// Takes the next octet and returns the version with the eighth.
    ///
    /// - Throws: `SyntaxError.malformedVersion` at the first octet that does not fit, or
    ///   `.unsupportedVersion` at the last.
    mutating func take(_ octet: UInt8) throws(SyntaxError) -> HTTPVersion? {
        let fits =
            switch count {
            case 0: octet == UInt8(ascii: "H")
            case 1, 2: octet == UInt8(ascii: "T")
            case 3: octet == UInt8(ascii: "P")
            case 4: octet == UInt8(ascii: "/")
            case 6: octet == UInt8(ascii: ".")
            default: octet.isDigit
            }
        guard fits else { throw .malformedVersion }
        if count == 5 { major = octet }
        guard count == 7 else {
            count &+= 1
            return nil
        }
        switch (major, octet) {
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): return .http10
        case (UInt8(ascii: "1"), UInt8(ascii: "1")): return .http11
        default: throw .unsupportedVersion
        }
    }
}
