/// Why a certificate and a private key cannot be served.
public struct TLSIdentityError: Error, Sendable, Equatable {
    /// Which of the two files is at fault.
    public enum Part: Sendable {
        case certificate
        case privateKey
    }

    /// The file at fault.
    public let part: Part
    /// A sentence that says what is wrong; it holds nothing of a key.
    public let message: String
    /// A sentence that says what to do.
    public let mend: String
}

extension TLSIdentityError {
    static let noCertificate = TLSIdentityError(
        part: .certificate,
        message: "The file holds no certificate.",
        mend:
            "Name a PEM file with \"-----BEGIN CERTIFICATE-----\", the server's own first, then its issuers."
    )

    static let keyForCertificate = TLSIdentityError(
        part: .certificate,
        message: "The file holds a private key and no certificate.",
        mend: "Perhaps certificate and privateKey are the wrong way round."
    )

    static let certificateForKey = TLSIdentityError(
        part: .privateKey,
        message: "The file holds a certificate and no private key.",
        mend: "Name the file with \"-----BEGIN PRIVATE KEY-----\"."
    )

    static let noKey = TLSIdentityError(
        part: .privateKey,
        message: "The file holds no private key.",
        mend: "Name a PEM file with \"-----BEGIN PRIVATE KEY-----\"."
    )

    static let encryptedKey = TLSIdentityError(
        part: .privateKey,
        message: "The private key is encrypted, and nobody is there to type its password.",
        mend: "Decrypt it: openssl pkey -in encrypted.pem -out key.pem; then chmod 600 key.pem."
    )

    static let mismatch = TLSIdentityError(
        part: .privateKey,
        message: "The private key is not the one of the certificate.",
        mend:
            "Name the key that the certificate was requested with; the certificate's file has the server's own first."
    )

    static func malformed(_ part: Part, number: Int) -> TLSIdentityError {
        TLSIdentityError(
            part: part,
            message: part == .certificate
                ? "Certificate \(number) of the file cannot be read." : "The private key cannot be read.",
            mend: "The file is damaged or cut short: copy it again."
        )
    }

    static let noMemory = refused(.certificate, reason: "there is no memory")

    /// OpenSSL takes the parts and refuses to serve them.
    static func refused(_ part: Part, reason: String) -> TLSIdentityError {
        TLSIdentityError(
            part: part,
            message: "OpenSSL refuses it: \(reason).",
            mend: "Have one issued with a key of EC P-256, or of RSA with 2048 bits or more."
        )
    }
}
