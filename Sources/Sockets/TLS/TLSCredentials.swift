import COpenSSL

/// OpenSSL's objects of a certificate, its chain and its key, freed with their owner.
@safe
final class TLSCredentials {
    /// The server's own certificate comes first.
    private(set) var certificates: [OpaquePointer] = unsafe []
    private(set) var key: OpaquePointer?

    /// Reads PEM.
    init(chain: [UInt8], key: [UInt8]) throws(TLSIdentityError) {
        try readCertificates(chain)
        try readKey(key)
        guard let leaf = unsafe certificates.first, unsafe X509_check_private_key(leaf, self.key) == 1 else {
            ERR_clear_error()
            throw .mismatch
        }
    }

    deinit {
        unsafe certificates.forEach { unsafe X509_free($0) }
        unsafe EVP_PKEY_free(key)
    }

    private func readCertificates(_ bytes: [UInt8]) throws(TLSIdentityError) {
        let isWhole = unsafe Self.withBIO(of: bytes) { bio in
            // A file that serves as both is usual: PEM_read skips what is not a certificate.
            while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
                unsafe certificates.append(certificate)
            }
            return Self.hasReachedEnd()
        }
        guard isWhole else { throw .malformed(.certificate, number: unsafe certificates.count + 1) }
        if unsafe certificates.isEmpty {
            throw bytes.holds("PRIVATE KEY-----") ? .keyForCertificate : .noCertificate
        }
    }

    private func readKey(_ bytes: [UInt8]) throws(TLSIdentityError) {
        var asked: Int32 = 0
        unsafe Self.withBIO(of: bytes) { bio in unsafe key = unsafe corsway_read_key(bio, &asked) }
        if unsafe key != nil { return }
        if asked != 0 { throw .encryptedKey }
        if bytes.holds("PRIVATE KEY-----") { throw .malformed(.privateKey, number: 1) }
        throw bytes.holds("BEGIN CERTIFICATE-----") ? .certificateForKey : .noKey
    }

    private static func withBIO<Result>(of bytes: [UInt8], _ body: (OpaquePointer?) -> Result) -> Result {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return unsafe bytes.withUnsafeBytes { bytes in
            let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            defer { unsafe BIO_free(bio) }
            return unsafe body(bio)
        }
    }

    /// Whether reading ended because nothing more begins, and not because something is damaged.
    private static func hasReachedEnd() -> Bool {
        let error = ERR_peek_last_error()
        // ERR_GET_REASON is a macro: the reason has the low 23 bits.
        return error == 0 || Int32(truncatingIfNeeded: error & 0x7F_FFFF) == PEM_R_NO_START_LINE
    }
}

extension TLSCredentials {
    /// The DNS names of the server's certificate, in lower case.
    var names: [String] {
        let raw = unsafe X509_get_ext_d2i(certificates.first, NID_subject_alt_name, nil, nil)
        guard let list = OpaquePointer(raw) else { return [] }
        defer { unsafe GENERAL_NAMES_free(list) }
        let count = unsafe corsway_name_count(list)
        return (0..<count).compactMap { index in
            guard let name = unsafe corsway_dns_name(corsway_name_at(list, index)),
                let bytes = unsafe ASN1_STRING_get0_data(name)
            else { return nil }
            let count = Int(unsafe ASN1_STRING_length(name))
            return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
                .lowercased()
        }
    }

    /// What clients will refuse, although it can be served.
    func warnings(at time: WallTime) -> [String] {
        var warnings: [String] = []
        var now = time_t(time.seconds)
        let certificate = unsafe certificates.first
        if unsafe X509_cmp_time(X509_get0_notAfter(certificate), &now) < 0 {
            warnings.append("The certificate has expired: browsers refuse it. Renew it.")
        }
        if unsafe X509_cmp_time(X509_get0_notBefore(certificate), &now) > 0 {
            warnings.append(
                "The certificate is not valid yet: browsers refuse it. Check this machine's clock."
            )
        }
        if unsafe X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) < 0 {
            warnings.append(
                "The certificate has no subjectAltName: browsers refuse it. Have one issued for the host's name."
            )
        }
        ERR_clear_error()
        return warnings
    }
}

extension [UInt8] {
    /// Whether a text stands anywhere in the bytes.
    fileprivate func holds(_ text: String) -> Bool {
        String(decoding: self, as: UTF8.self).contains(text)
    }
}
