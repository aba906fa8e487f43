import HTTPSyntax

/// What to do about a request that could not be read.
extension ProxyError {
    /// Says of a request that could not be read what to do about it.
    public init(_ error: SyntaxError) {
        switch error {
        case .targetTooLong:
            self.init(
                .urlTooLong,
                message: "The URL is too long.",
                hint: "Shorten it, or raise limits.urlBytes."
            )
        case .headTooLarge, .tooManyFields, .trailersTooLarge:
            self.init(
                .headerTooLarge,
                message: "The request's header is too large.",
                hint: "Send less, or raise limits.headerBytes or limits.headerCount."
            )
        case .methodTooLong:
            self.init(
                .methodTooLong,
                message: "The method is longer than 32 bytes.",
                hint: "Use a shorter one; no registered method is longer."
            )
        case .unsupportedVersion:
            self.init(
                .versionNotSupported,
                message: "This version of HTTP is not supported.",
                hint: "Speak HTTP/1.1."
            )
        case .unsupportedTransferCoding:
            self.init(
                .unsupportedTransferCoding,
                message: "The only transfer coding understood is \"chunked\".",
                hint: "Send the body with a Content-Length, or chunked."
            )
        case .contentLengthTooLarge, .chunkSizeTooLarge:
            self = .requestTooLarge
        default:
            self.init(
                .badRequest,
                message: "The request is not valid HTTP/1.1: \(error.clause).",
                hint: "Check the client against RFC 9112; a doubtful request is never forwarded."
            )
        }
        self = breaking(error)
    }
}
