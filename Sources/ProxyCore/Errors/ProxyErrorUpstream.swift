import HTTPSyntax

/// What became of a request on the way to its upstream and back.
extension ProxyError {
    /// No head in `upstream.responseTimeout`, or no byte in `upstream.idleTimeout` or its like.
    public static func upstreamTimeout(_ target: TargetURL) -> ProxyError {
        ProxyError(
            .upstreamTimeout,
            message: "\"\(target.origin.serialized)\" did not answer in time.",
            hint:
                "Try again, or raise upstream.responseTimeout or upstream.idleTimeout (of event streams "
                + "upstream.streamIdleTimeout)."
        )
    }

    /// The upstream broke HTTP's rules.
    ///
    /// - Parameter fault: Which rule, nil where that is not known.
    public static func invalidResponse(_ target: TargetURL, _ fault: ResponseFault?) -> ProxyError {
        let clause = fault.map { ": \($0.clause)" } ?? ""
        return ProxyError(
            .upstreamInvalidResponse,
            message: "\"\(target.origin.serialized)\" sent no valid HTTP/1.1 response\(clause).",
            hint: "Check with curl -v what it sends; a doubtful response is never passed on."
        ).breaking(fault?.rule)
    }

    /// The upstream closed the connection before its response was complete.
    public static func upstreamClosed(_ target: TargetURL) -> ProxyError {
        ProxyError(
            .upstreamClosed,
            message:
                "\"\(target.origin.serialized)\" closed the connection before its response was complete.",
            hint: "Try again; if it happens always, look at the upstream's own log."
        )
    }

    /// The body is larger than `limits.responseBody`.
    public static func responseTooLarge(_ target: TargetURL?) -> ProxyError {
        ProxyError(
            .upstreamResponseTooLarge,
            message: "The response of \"\(target?.origin.serialized ?? "")\" is too large.",
            hint: "Ask for less, or raise limits.responseBody."
        )
    }

    /// A redirect to something that is not a plain http or https URL.
    public static func badRedirect(_ target: TargetURL, isScheme: Bool) -> ProxyError {
        ProxyError(
            isScheme ? .targetScheme : .targetCredentials,
            message: "\"\(target.origin.serialized)\" redirects to a URL that is not followed.",
            hint: "Only http and https URLs without user names are; ask the target that is meant directly."
        )
    }

    /// A name that is private by itself, where a forward proxy hides the address behind it.
    public static func privateName(_ origin: TargetOrigin) -> ProxyError {
        ProxyError(
            .privateAddress,
            message: "\"\(origin.serialized)\" is a private target, and requests go through a forward proxy.",
            hint: "Set upstream.proxy to \"none\", or name the host in no_proxy."
        )
    }
}
