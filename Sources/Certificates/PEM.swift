import COpenSSL

/// Text of PEM, between bytes and OpenSSL's objects.
enum PEM {
    /// Writes what a body puts out.
    static func text(_ write: (OpaquePointer) -> Int32) throws(CertificateError) -> String {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { throw .outOfMemory }
        defer { unsafe BIO_free(bio) }
        guard unsafe write(bio) == 1 else { throw .latest("A certificate cannot be written") }
        var bytes: UnsafeMutablePointer<CChar>?
        let count = unsafe corsway_bio_contents(bio, &bytes)
        return unsafe String(
            decoding: UnsafeRawBufferPointer(start: bytes, count: max(0, count)),
            as: UTF8.self
        )
    }

    /// Reads one object.
    static func read(_ text: String, _ read: (OpaquePointer?) -> OpaquePointer?) -> OpaquePointer? {
        let bytes = Array(text.utf8)
        ERR_clear_error()
        defer { ERR_clear_error() }
        return unsafe bytes.withUnsafeBytes { bytes in
            let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            defer { unsafe BIO_free(bio) }
            return unsafe read(bio)
        }
    }
}

extension CertificateError {
    static let outOfMemory = CertificateError(message: "There is no memory left.")

    /// What OpenSSL says of its latest failure.
    static func latest(_ what: String) -> CertificateError {
        defer { ERR_clear_error() }
        guard let reason = unsafe ERR_reason_error_string(ERR_peek_error()) else {
            return CertificateError(message: "\(what).")
        }
        return CertificateError(message: "\(what): \(unsafe String(cString: reason)).")
    }
}
