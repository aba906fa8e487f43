import CCurl
import COpenSSL

/// What was wrong with a TLS connection to an upstream.
public enum TLSFailure: Error, Sendable, Hashable {
    // MARK: The certificate

    /// Its authority is not trusted, or one between them was not sent along.
    case unknownAuthority
    /// It is signed by its own key.
    case selfSigned
    /// It is valid no more.
    case expired
    /// It becomes valid later, or the clock is wrong.
    case notYetValid
    /// It has been revoked.
    case revoked
    /// It is for hosts of other names; at most three of them.
    case otherName([String])
    /// Its key, or its signature, is too weak.
    case weak
    /// It cannot be verified; OpenSSL says why.
    case unverifiable(String)

    // MARK: The handshake

    /// The upstream speaks no version of TLS that the proxy speaks.
    case version
    /// What answers does not speak TLS.
    case notTLS
    /// There is no cipher that both take, or none that is strong enough.
    case cipher
    /// The upstream knows no host of that name.
    case unknownName
    /// The upstream wants to see a certificate.
    case certificateRequired
    /// The upstream refuses the certificate that was shown to it.
    case certificateRefused
    /// The upstream closed the connection.
    case closed
    /// Anything else; OpenSSL says what.
    case handshake(String)

    // MARK: The proxy's own files

    /// The file with trusted authorities cannot be read.
    case authoritiesUnreadable
    /// The certificate that is to be shown, or its key, cannot be used.
    case ownCertificateUnusable
}

extension TLSFailure: CustomStringConvertible {
    /// The reason, as a clause without a full stop.
    public var description: String {
        switch self {
        case .unknownAuthority: "the certificate is signed by an unknown authority"
        case .selfSigned: "the certificate is signed by itself"
        case .expired: "the certificate has expired"
        case .notYetValid: "the certificate is not valid yet"
        case .revoked: "the certificate has been revoked"
        case .otherName(let names) where names.isEmpty: "the certificate is for another host name"
        case .otherName(let names):
            "the certificate is for another host name: \(names.map { "\"\($0)\"" }.joined(separator: ", "))"
        case .weak: "the key or the signature of the certificate is too weak"
        case .unverifiable(let reason): "the certificate cannot be verified: \(reason)"
        case .version: "the server speaks neither TLS 1.2 nor TLS 1.3"
        case .notTLS: "what answers does not speak TLS"
        case .cipher: "the server agrees to no cipher of the proxy"
        case .unknownName: "the server has no certificate for this host name"
        case .certificateRequired: "the server wants a client certificate"
        case .certificateRefused: "the server refuses the client certificate"
        case .closed: "the server closed the connection during the handshake"
        case .handshake(let reason): "the TLS handshake failed: \(reason)"
        case .authoritiesUnreadable: "the file with trusted authorities cannot be read"
        case .ownCertificateUnusable: "the client certificate or its key cannot be used"
        }
    }
}

extension TLSFailure {
    /// What libcurl reports before a certificate was looked at.
    private static let unverified = Int(X509_V_ERR_UNSPECIFIED)

    /// Reads libcurl's verdict.
    ///
    /// - Parameters:
    ///   - verification: A code of OpenSSL's `X509_verify_cert_error_string`.
    ///   - handshake: What was noted of the connection.
    ///   - showsCertificate: Whether a client certificate was at hand.
    init(
        _ code: CURLcode,
        verification: Int,
        _ handshake: TLSHandshake?,
        showsCertificate: Bool
    ) {
        if code == CURLE_SSL_CACERT_BADFILE {
            self = .authoritiesUnreadable
        } else if code == CURLE_SSL_CERTPROBLEM {
            self = .ownCertificateUnusable
        } else if verification > Self.unverified {
            self.init(verification: verification)
        } else if let fault = handshake?.fault, fault != 0 {
            self.init(fault: fault, showsCertificate: showsCertificate)
        } else if code == CURLE_PEER_FAILED_VERIFICATION {
            self = .otherName(Self.printable(handshake?.certificateNames ?? []))
        } else {
            self = .closed
        }
    }

    /// Reads the number of a rule that a handshake broke: of OpenSSL, or 1000 and that of an alert
    /// (RFC 8446 §6).
    init(fault: Int32, showsCertificate: Bool) {
        switch fault {
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_WRONG_SSL_VERSION,
            SSL_R_VERSION_TOO_LOW, SSL_R_NO_PROTOCOLS_AVAILABLE:
            self = .version
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_PACKET_LENGTH_TOO_LONG,
            SSL_R_UNKNOWN_PROTOCOL:
            self = .notTLS
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY,
            SSL_R_DH_KEY_TOO_SMALL, SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED,
            SSL_R_WRONG_CIPHER_RETURNED, SSL_R_WRONG_SIGNATURE_TYPE,
            SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED:
            self = .cipher
        case SSL_R_TLSV1_UNRECOGNIZED_NAME: self = .unknownName
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: self = .certificateRequired
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE...SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,
            SSL_R_TLSV1_ALERT_UNKNOWN_CA, SSL_R_TLSV1_ALERT_ACCESS_DENIED:
            // Before TLS 1.3 there is no alert that says that none was shown.
            self = showsCertificate ? .certificateRefused : .certificateRequired
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: self = .closed
        default: self = .handshake(Self.text(ofFault: fault))
        }
    }

    private init(verification: Int) {
        switch Int32(truncatingIfNeeded: verification) {
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: self = .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            self = .unknownAuthority
        case X509_V_ERR_CERT_REVOKED: self = .revoked
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK:
            self = .weak
        default:
            let text = unsafe X509_verify_cert_error_string(verification)
            self = .unverifiable(unsafe text.map { unsafe String(cString: $0) } ?? "unknown reason")
        }
    }

    /// OpenSSL's own words, which hold nothing that the peer has sent.
    private static func text(ofFault fault: Int32) -> String {
        let text = unsafe ERR_reason_error_string(UInt(ERR_LIB_SSL) << 23 | UInt(fault))
        return unsafe text.map { unsafe String(cString: $0) } ?? "unknown reason"
    }

    /// Up to three names that can be shown as they are.
    private static func printable(_ names: [String]) -> [String] {
        let plain = names.filter { name in
            !name.isEmpty && name.utf8.count <= 100
                && name.unicodeScalars.allSatisfy {
                    $0.isASCII && ($0.properties.isAlphabetic || "0123456789.-*_".unicodeScalars.contains($0))
                }
        }
        return Array(plain.prefix(3))
    }
}
