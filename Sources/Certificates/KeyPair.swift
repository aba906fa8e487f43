import COpenSSL

/// Owns a private key.
@safe
final class KeyPair {
    /// Valid as long as this object.
    let key: OpaquePointer

    /// Makes a new key on P-256.
    init() throws(CertificateError) {
        guard let key = unsafe corsway_make_key() else { throw .latest("A key cannot be made") }
        unsafe self.key = unsafe key
    }

    /// Reads PEM; nil where it is no key without a password.
    init?(_ text: String) {
        var asked: Int32 = 0
        guard let key = unsafe PEM.read(text, { unsafe corsway_read_key($0, &asked) }) else { return nil }
        unsafe self.key = unsafe key
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    /// PEM, PKCS #8, without a password.
    func text() throws(CertificateError) -> String {
        try unsafe PEM.text { unsafe PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) }
    }
}
