import COpenSSL

/// Owns an X.509 certificate.
@safe
final class X509Certificate {
    /// An hour for clocks that differ.
    private static let backdated = -3600

    /// Valid as long as this object.
    let certificate: OpaquePointer

    /// Begins a certificate that is valid from now on; `add` and `sign` complete it.
    init(subject: String, days: Int32, key: KeyPair) throws(CertificateError) {
        guard let certificate = unsafe X509_new() else { throw .outOfMemory }
        unsafe self.certificate = unsafe certificate
        let name = unsafe X509_get_subject_name(certificate)
        // The value 2 is version 3.
        guard unsafe X509_set_version(certificate, 2) == 1,
            unsafe corsway_set_random_serial(certificate) == 1,
            unsafe X509_time_adj_ex(X509_getm_notBefore(certificate), 0, Self.backdated, nil) != nil,
            unsafe X509_time_adj_ex(X509_getm_notAfter(certificate), days, Self.backdated, nil) != nil,
            unsafe X509_NAME_add_entry_by_txt(name, "O", 0x1000, Self.organisation, -1, -1, 0) == 1,
            unsafe X509_NAME_add_entry_by_txt(name, "CN", 0x1000, subject, -1, -1, 0) == 1,
            unsafe X509_set_pubkey(certificate, key.key) == 1
        else { throw .latest("A certificate cannot be made") }
    }

    /// Reads PEM; nil where it is no certificate.
    init?(_ text: String) {
        guard let certificate = unsafe PEM.read(text, { unsafe PEM_read_bio_X509($0, nil, nil, nil) }) else {
            return nil
        }
        unsafe self.certificate = unsafe certificate
    }

    deinit {
        unsafe X509_free(certificate)
    }

    static let organisation = "Corsway development"

    /// Adds an extension in openssl's notation.
    func add(_ identifier: Int32, _ value: String, issuer: X509Certificate) throws(CertificateError) {
        guard unsafe corsway_add_extension(certificate, issuer.certificate, identifier, value) == 1 else {
            throw .latest("An extension cannot be added")
        }
    }

    /// Completes the certificate.
    func sign(by issuer: X509Certificate, _ key: KeyPair) throws(CertificateError) {
        guard unsafe X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate)) == 1,
            unsafe X509_sign(certificate, key.key, EVP_sha256()) > 0
        else { throw .latest("A certificate cannot be signed") }
    }

    /// Whether a key signed it.
    func isSigned(by key: KeyPair) -> Bool {
        defer { ERR_clear_error() }
        return unsafe X509_verify(certificate, key.key) == 1
    }

    /// Whether the certificate is for a key.
    func isFor(_ key: KeyPair) -> Bool {
        defer { ERR_clear_error() }
        return unsafe X509_check_private_key(certificate, key.key) == 1
    }

    /// Whether it will still be valid after some seconds.
    func isValid(forSeconds seconds: Int) -> Bool {
        guard let limit = unsafe X509_time_adj_ex(nil, 0, seconds, nil) else { return false }
        defer { unsafe ASN1_STRING_free(limit) }
        return unsafe ASN1_TIME_compare(X509_get0_notAfter(certificate), limit) > 0
    }

    /// How many whole days it is still valid.
    var remainingDays: Int32 {
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard unsafe ASN1_TIME_diff(&days, &seconds, nil, X509_get0_notAfter(certificate)) == 1 else {
            return 0
        }
        return max(0, days)
    }

    /// Whether an authority has name constraints.
    var isConstrained: Bool { unsafe corsway_is_constrained(certificate) == 1 }

    /// Whether an authority may issue a certificate.
    func permits(_ other: X509Certificate) -> Bool {
        defer { ERR_clear_error() }
        return unsafe corsway_permits(certificate, other.certificate) == 1
    }

    /// The DNS names and the addresses that it is for.
    func names() throws(CertificateError) -> [String] {
        try unsafe PEM.text { unsafe corsway_write_names($0, certificate) }.split(separator: "\n").map(
            String.init
        )
    }

    /// PEM.
    func text() throws(CertificateError) -> String {
        try unsafe PEM.text { unsafe PEM_write_bio_X509($0, certificate) }
    }
}
