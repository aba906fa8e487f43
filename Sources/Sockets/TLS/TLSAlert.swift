/// Why a client's first bytes are refused before OpenSSL has seen them.
///
/// - SeeAlso: RFC 8446 §6.
enum TLSAlert: UInt8, Error {
    case unexpectedMessage = 10
    case recordOverflow = 22
    case illegalParameter = 47
    case protocolVersion = 70

    /// The record that tells the client, fatal.
    var record: [UInt8] { [21, 3, 3, 0, 2, 2, rawValue] }

    /// For the log.
    var reason: String {
        switch self {
        case .unexpectedMessage: "the first bytes are no ClientHello"
        case .recordOverflow: "the first record is too long"
        case .illegalParameter: "the ClientHello is too long, or in too many records"
        case .protocolVersion: "the first bytes are of an unknown version of TLS"
        }
    }
}
