import COpenSSL

/// A certificate authority of one developer's machine, and the certificates that it issues.
public final class DevelopmentAuthority {
    /// A server's certificate is good for a year, and one of its authority at most.
    static let maximumDays: Int32 = 397
    /// Whoever finds the key of a forgotten machine has two years at most.
    private static let ownDays: Int32 = 730

    private let root: X509Certificate
    private let key: KeyPair

    /// Makes a new authority that can issue for some names, and for those below them.
    ///
    /// Whoever gets hold of its key can pose as these, and as nobody else.
    ///
    /// - Parameters:
    ///   - machine: Named in the certificate, so that its owner knows it again among others.
    ///   - names: At least one; with none of a kind, all of that kind would be allowed.
    public init(machine: String, names: [CertificateName]) throws(CertificateError) {
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
        var permitted: [String] = []
        for name in names where !permitted.contains(name.constraint) { permitted.append(name.constraint) }
        try root.add(
            NID_name_constraints,
            "critical," + permitted.map { "permitted;\($0)" }.joined(separator: ","),
            issuer: root
        )
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

    /// The names that a certificate in PEM is for, IPv6 addresses in eight groups; none where it cannot be read.
    public static func names(in certificate: String) throws(CertificateError) -> [String] {
        try X509Certificate(certificate)?.names() ?? []
    }

    /// Whether there are names for which it cannot issue.
    public var isConstrained: Bool { root.isConstrained }

    /// Whether it can issue for all of some names.
    public func permits(_ names: [CertificateName]) throws(CertificateError) -> Bool {
        guard let server = X509Certificate(try issue(for: names).certificate) else { return false }
        return root.permits(server)
    }

    /// Issues a server certificate for at least one name.
    public func issue(for names: [CertificateName]) throws(CertificateError) -> Files {
        let serverKey = try KeyPair()
        let days = min(Self.maximumDays, root.remainingDays)
        let server = try X509Certificate(subject: "Corsway", days: days, key: serverKey)
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
