import CCurl

extension ConnectFailure {
    /// Reads libcurl's verdict on a dial.
    init(_ code: CURLcode, of dial: Dial) {
        if dial.lacksDescriptor, code == CURLE_COULDNT_CONNECT {
            self = .noDescriptor
            return
        }
        self.init(
            code,
            of: dial.easy,
            for: dial.request,
            refusal: dial.refusal,
            isResolved: dial.isResolved
        )
    }

    /// Reads libcurl's verdict on a transfer.
    ///
    /// - Parameters:
    ///   - refusal: Why an address was not connected to, where one was not.
    ///   - isResolved: Whether the name has been resolved.
    init(
        _ code: CURLcode,
        of easy: CurlEasy,
        for request: ConnectionRequest,
        refusal: ConnectFailure?,
        isResolved: Bool
    ) {
        if let refusal, code == CURLE_COULDNT_CONNECT {
            self = refusal
            return
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            self = .unknownHost
        case CURLE_OPERATION_TIMEDOUT:
            self = isResolved ? .timeout : .resolutionTimeout
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY:
            self = .proxy
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            self = .tls(
                reason: Self.tlsReason(code, verification: easy.information(CURLINFO_SSL_VERIFYRESULT))
            )
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            self = .internalError
        default:
            self = request.proxy == nil ? .unreachable : .proxy
        }
    }

    /// Says what is wrong with the certificate.
    ///
    /// - Parameter verification: A code of OpenSSL's `X509_verify_cert_error_string`.
    private static func tlsReason(_ code: CURLcode, verification: Int) -> String {
        switch (code, verification) {
        case (CURLE_SSL_CACERT_BADFILE, _): "the file with trusted authorities cannot be read"
        case (_, 9): "the certificate is not valid yet"
        case (_, 10): "the certificate has expired"
        case (_, 18), (_, 19): "the certificate is signed by itself or by an unknown authority"
        case (_, 2), (_, 20), (_, 21): "the certificate is signed by an unknown authority"
        case (_, 23): "the certificate has been revoked"
        case (CURLE_PEER_FAILED_VERIFICATION, 0): "the certificate is for another host name"
        case (CURLE_PEER_FAILED_VERIFICATION, _): "the certificate cannot be verified"
        default: "the TLS handshake failed"
        }
    }
}
