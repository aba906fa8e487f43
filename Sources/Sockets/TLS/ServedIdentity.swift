import COpenSSL

/// An identity that is ready to be shown: an SSL_CTX, with the rules that hold for all of them.
///
/// Not Sendable: it belongs to the context of one shard.
@safe
public final class ServedIdentity {
    /// TLS 1.2 with forward secrecy and authenticated encryption alone: Mozilla's intermediate list without
    /// finite-field Diffie-Hellman, which costs the server more than whoever asks for it.
    private static let ciphers = """
        ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
        ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
        """
    private static let suites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    private static let groups = "X25519:P-256:P-384"

    /// Valid as long as this object.
    let context: OpaquePointer

    /// Makes an identity ready.
    ///
    /// - Throws: What OpenSSL refuses.
    public convenience init(_ identity: TLSIdentity) throws(TLSIdentityError) {
        try self.init(identity.credentials())
    }

    /// Makes ready a certificate with its chain and its key.
    init(_ credentials: TLSCredentials) throws(TLSIdentityError) {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { throw .noMemory }
        unsafe self.context = unsafe context
        guard unsafe corsway_context_configure(context, TLS1_2_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(context, Self.ciphers) == 1,
            unsafe SSL_CTX_set_ciphersuites(context, Self.suites) == 1,
            unsafe corsway_context_set_groups(context, Self.groups) == 1,
            unsafe SSL_CTX_set_session_id_context(context, Array("corsway".utf8), 7) == 1
        else { throw .noMemory }
        _ = unsafe SSL_CTX_set_timeout(context, TLSTicketKeys.lifetimeSeconds)
        try use(credentials)
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    private func use(_ credentials: TLSCredentials) throws(TLSIdentityError) {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard unsafe SSL_CTX_use_certificate(context, credentials.certificates.first) == 1 else {
            throw .refused(.certificate, reason: opensslReason())
        }
        let isComplete = unsafe credentials.certificates.dropFirst().allSatisfy {
            unsafe corsway_context_add_chain(context, $0) == 1
        }
        guard isComplete else { throw .refused(.certificate, reason: opensslReason()) }
        guard unsafe SSL_CTX_use_PrivateKey(context, credentials.key) == 1 else {
            throw .refused(.privateKey, reason: opensslReason())
        }
    }
}

/// What OpenSSL says of the latest failure, for a message.
func opensslReason() -> String {
    guard let text = unsafe ERR_reason_error_string(ERR_peek_error()) else { return "unknown reason" }
    return unsafe String(cString: text)
}
