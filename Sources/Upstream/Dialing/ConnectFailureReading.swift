import CCurl

extension ConnectFailure {
    /// Reads libcurl's verdict on a transfer.
    ///
    /// - Parameters:
    ///   - handshakes: What was noted of TLS.
    ///   - refusal: Why an address was not connected to, where one was not.
    ///   - isResolved: Whether the name has been resolved.
    init(
        _ code: CURLcode,
        of easy: CurlEasy,
        for request: ConnectionRequest,
        handshakes: TLSHandshakes?,
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
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_CLIENTCERT:
            if handshakes?.endedAtProxy == true {
                self = .proxy
                return
            }
            self = .tls(
                TLSFailure(
                    code,
                    verification: easy.information(CURLINFO_SSL_VERIFYRESULT),
                    handshakes?.target,
                    showsCertificate: request.profile.clientCertificate != nil
                )
            )
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            self = .internalError
        default:
            self = request.proxy == nil ? .unreachable : .proxy
        }
    }
}
