import COpenSSL

/// A certificate authority of one developer's machine, and the certificates that it issues.
public final class DevelopmentAuthority {
    /// macOS and iOS refuse server certificates that are valid for longer.
    static let maximumDays: Int32 = 825
    private static let ownDays: Int32 = 3650

    private let root: X509Certificate
    private let key: KeyPair

    /// Makes a new authority.
    ///
    /// - Parameter machine: Named in the certificate, so that its owner knows it again among others.
    public init(machine: String) throws(CertificateError) {
        key = try KeyPair()
        // X.509 has room for 64 characters.
        root = try X509Certificate(
            subject: String("Corsway development CA \(machine)".prefix(64)),
            days: Self.ownDays,
            key: key
        )
        try root.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", issuer: root)
        try root.add(NID_key_usage, "critical,keyCertSign,cRLSign", issuer: root)
        try root.add(NID_subject_key_identifier, "hash", issuer: root)
        try root.sign(by: root, key)
    }

    /// Reads an authority that was made before.
    ///
    /// - Throws: Where the texts are no certificate and its key, or it ends before what it would issue.
    public init(certificate: String, key: String) throws(CertificateError) {
        guard let root = X509Certificate(certificate) else {
            throw CertificateError(message: "The authority's certificate cannot be read.")
        }
        guard let key = KeyPair(key) else {
            throw CertificateError(message: "The authority's key cannot be read.")
        }
        guard root.isFor(key), root.isSigned(by: key) else {
            throw CertificateError(message: "The authority's key is not the one of its certificate.")
        }
        guard root.isValid(forSeconds: 24 * 3600) else {
            throw CertificateError(message: "The authority's certificate has expired.")
        }
        self.root = root
        self.key = key
    }

    /// A certificate and a private key, both in PEM.
    public struct Files: Sendable {
        /// The certificate.
        public let certificate: String
        /// Its private key, without a password.
        public let key: String
    }

    /// The authority itself.
    public func files() throws(CertificateError) -> Files {
        Files(certificate: try root.text(), key: try key.text())
    }

    /// Whether a certificate in PEM is one of its own.
    public func hasIssued(_ certificate: String) -> Bool {
        X509Certificate(certificate)?.isSigned(by: key) == true
    }

    /// Issues a server certificate for at least one name.
    public func issue(for names: [CertificateName]) throws(CertificateError) -> Files {
        let serverKey = try KeyPair()
        let server = try X509Certificate(subject: "Corsway", days: Self.maximumDays, key: serverKey)
        try server.add(NID_basic_constraints, "critical,CA:FALSE", issuer: root)
        try server.add(NID_key_usage, "critical,digitalSignature", issuer: root)
        try server.add(NID_ext_key_usage, "serverAuth", issuer: root)
        try server.add(
            NID_subject_alt_name,
            names.map(\.notation).joined(separator: ","),
            issuer: root
        )
        try server.add(NID_subject_key_identifier, "hash", issuer: root)
        try server.add(NID_authority_key_identifier, "keyid", issuer: root)
        try server.sign(by: root, key)
        return Files(certificate: try server.text(), key: try serverKey.text())
    }
}
