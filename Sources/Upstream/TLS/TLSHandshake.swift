import CCurl
import COpenSSL
import HTTPSyntax
import Sockets

/// One TLS connection to an upstream, or to a forward proxy: by whom it is verified, which session it resumes, and
/// what went wrong with it.
///
/// Lives as long as OpenSSL's context, which libcurl makes for each connection.
@safe
final class TLSHandshake {
    /// Where sessions are kept between connections.
    final class Sessions {
        var cache = TLSSessionCache()
    }

    /// nil where libcurl sees to the authorities, or where nothing is verified.
    private let authorities: TrustedAuthorities?
    /// nil where no session is resumed.
    private let sessions: Sessions?
    private let key: TLSSessionKey?
    private var hasBegun = false
    /// When the certificate of the session that was offered was verified.
    private var offeredVerification: MonotonicTime?
    private(set) var isResumed = false
    /// OpenSSL's number of the rule that was broken first; 0 where none was.
    private(set) var fault: Int32 = 0
    /// The peer's certificate.
    private var certificate: OpaquePointer?

    /// Prepares a connection.
    ///
    /// - Parameters:
    ///   - authorities: Who is trusted in place of those whom libcurl was told of.
    ///   - sessions: Where the sessions of a key come from, and where they are kept.
    init(
        by authorities: TrustedAuthorities?,
        resuming key: TLSSessionKey? = nil,
        from sessions: Sessions? = nil
    ) {
        unsafe self.certificate = nil
        self.authorities = authorities
        self.key = key
        self.sessions = sessions
    }

    deinit {
        unsafe X509_free(certificate)
    }

    // MARK: Before

    /// Prepares the context that libcurl has made.
    fileprivate func install(in context: OpaquePointer) -> Bool {
        if let authorities, unsafe !authorities.verify(connectionsOf: context) { return false }
        let this = unsafe Unmanaged.passRetained(self)
        guard unsafe SSL_CTX_set_ex_data(context, place, this.toOpaque()) == 1 else {
            unsafe this.release()
            return false
        }
        unsafe SSL_CTX_set_info_callback(context, noteProgress)
        if sessions != nil { unsafe corsway_context_on_session(context, keepSession) }
        return true
    }

    /// Offers the server to resume a session.
    private func offerSession(_ ssl: OpaquePointer) {
        guard let key, let session = sessions?.cache.take(for: key, at: .now()) else { return }
        let decoded = unsafe session.encoded.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return unsafe d2i_SSL_SESSION(nil, &start, bytes.count)
        }
        guard let decoded = unsafe decoded else { return }
        if unsafe SSL_set_session(ssl, decoded) == 1 { offeredVerification = session.verified }
        unsafe SSL_SESSION_free(decoded)
    }

    // MARK: While it goes on

    /// - Parameters:
    ///   - type: What has happened, a bit of `SSL_CB_…`.
    ///   - value: What a call of OpenSSL returns, or an alert.
    fileprivate func note(_ type: Int32, _ value: Int32, _ ssl: OpaquePointer) {
        if type & SSL_CB_HANDSHAKE_START != 0, !hasBegun {
            hasBegun = true
            unsafe offerSession(ssl)
        }
        if type & SSL_CB_HANDSHAKE_DONE != 0, unsafe certificate == nil {
            isResumed = unsafe SSL_session_reused(ssl) == 1
            unsafe certificate = unsafe SSL_get1_peer_certificate(ssl)
        }
        if type & SSL_CB_ALERT != 0, type & SSL_CB_READ != 0, value >> 8 == SSL3_AL_FATAL {
            note(fault: Int32(SSL_AD_REASON_OFFSET) + value & 0xFF)
        }
        if type & SSL_CB_EXIT != 0, value <= 0 {
            let reason = corsway_error_reason(ERR_peek_error())
            // Below TLS 1.2 a handshake breaks at whatever is forbidden first, such as SHA-1.
            let isOld = unsafe reason != 0 && SSL_version(ssl) < TLS1_2_VERSION
            note(fault: isOld ? SSL_R_UNSUPPORTED_PROTOCOL : reason)
        }
    }

    private func note(fault number: Int32) {
        if fault == 0 { fault = number }
    }

    /// Keeps a session that the server offers.
    fileprivate func keep(_ session: OpaquePointer, _ ssl: OpaquePointer) {
        guard let key, let sessions, unsafe SSL_SESSION_is_resumable(session) == 1 else { return }
        let count = Int(unsafe i2d_SSL_SESSION(session, nil))
        guard count > 0, count <= TLSSessionCache.maximumSessionBytes else { return }
        var encoded = [UInt8](repeating: 0, count: count)
        unsafe encoded.withUnsafeMutableBufferPointer { bytes in
            var start = bytes.baseAddress
            _ = unsafe i2d_SSL_SESSION(session, &start)
        }
        let now = MonotonicTime.now()
        // A resumed one stands on what was verified then.
        let verified = unsafe SSL_session_reused(ssl) == 1 ? offeredVerification ?? now : now
        let isSingleUse = unsafe SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION
        sessions.cache.keep(
            ResumableSession(encoded: encoded, verified: verified, isSingleUse: isSingleUse),
            for: key,
            at: now
        )
    }

    // MARK: Afterwards

    /// Drops the sessions that may have been in the way.
    func forgetSessions() {
        if let key { sessions?.cache.forget(key) }
    }

    /// The DNS names of the peer's certificate.
    var certificateNames: [String] {
        guard let certificate = unsafe certificate,
            let list = OpaquePointer(unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil))
        else { return [] }
        defer { unsafe GENERAL_NAMES_free(list) }
        return (0..<(unsafe corsway_name_count(list))).compactMap { index in
            guard let name = unsafe corsway_dns_name(corsway_name_at(list, index)),
                let bytes = unsafe ASN1_STRING_get0_data(name)
            else { return nil }
            let count = Int(unsafe ASN1_STRING_length(name))
            return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
        }
    }
}

/// The handshakes of one dial: with a forward proxy that speaks TLS, and with the target behind it.
@safe
final class TLSHandshakes {
    private let proxy: TLSHandshake?
    let target: TLSHandshake
    private var contexts = 0

    init(target: TLSHandshake, proxy: TLSHandshake?) {
        self.target = target
        self.proxy = proxy
    }

    /// Of a tool: libcurl sees to the authorities, and what happens is noted.
    convenience init(noting request: ConnectionRequest) {
        self.init(
            target: TLSHandshake(by: nil),
            proxy: request.proxy?.scheme == .https ? TLSHandshake(by: nil) : nil
        )
    }

    /// Whether the way to the target has not come past the proxy's own TLS.
    var endedAtProxy: Bool { proxy != nil && contexts < 2 }

    /// libcurl makes the proxy's context first.
    private func next() -> TLSHandshake {
        contexts += 1
        return contexts == 1 ? proxy ?? target : target
    }

    /// Has libcurl hand over its contexts.
    func install(in settings: inout CurlSettings) {
        unsafe settings.setContexts(
            { _, context, argument in
                guard let context = OpaquePointer(context), let argument = unsafe argument else {
                    return CURLE_FAILED_INIT
                }
                let handshakes = unsafe Unmanaged<TLSHandshakes>.fromOpaque(argument).takeUnretainedValue()
                return unsafe handshakes.next().install(in: context) ? CURLE_OK : CURLE_OUT_OF_MEMORY
            },
            context: Unmanaged.passUnretained(self).toOpaque()
        )
    }
}

/// Where a context keeps its handshake.
private let place = unsafe corsway_context_place { _, handshake, _, _, _, _ in
    if let handshake = unsafe handshake { unsafe Unmanaged<TLSHandshake>.fromOpaque(handshake).release() }
}

private func handshake(of ssl: OpaquePointer) -> TLSHandshake? {
    guard let data = unsafe SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place) else { return nil }
    return unsafe Unmanaged<TLSHandshake>.fromOpaque(data).takeUnretainedValue()
}

private func noteProgress(ssl: OpaquePointer?, type: Int32, value: Int32) {
    guard let ssl = unsafe ssl else { return }
    unsafe handshake(of: ssl)?.note(type, value, ssl)
}

private func keepSession(ssl: OpaquePointer?, session: OpaquePointer?) -> Int32 {
    guard let ssl = unsafe ssl, let session = unsafe session else { return 0 }
    unsafe handshake(of: ssl)?.keep(session, ssl)
    // The session stays OpenSSL's own.
    return 0
}
