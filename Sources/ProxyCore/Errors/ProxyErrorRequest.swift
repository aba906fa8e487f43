import HTTPTypes

/// What is wrong with a request, whatever the configuration says of limits and policies.
extension ProxyError {
    static func forbiddenMethod(_ method: HTTPRequest.Method) -> ProxyError {
        ProxyError(
            .methodNotSupported,
            message: "Method \"\(method.rawValue)\" is never forwarded.",
            hint: "Browsers forbid CONNECT, TRACE and TRACK to pages; use another method."
        )
    }

    static let multipleOrigins = ProxyError(
        .multipleOrigins,
        message: "The request has more than one Origin field.",
        hint: "Send one; browsers do."
    )

    static let foreignAuthority = ProxyError(
        .badRequest,
        message: "The request-target is not a path.",
        hint:
            "Write the target behind the proxy's own address, GET /https://api.example.com/x; to name the proxy "
            + "as http_proxy or with curl -x does not work."
    )

    static func hostNotAllowed(_ host: String) -> ProxyError {
        ProxyError(
            .hostNotAllowed,
            message: "The proxy does not answer under the name \"\(host)\".",
            hint:
                "If the name is yours, add it without the port to allowedHosts; the list guards against DNS rebinding."
        )
    }

    /// What another server seems to have forwarded, where only direct requests are served.
    ///
    /// - Parameter host: The request's Host.
    static func untrustedForwarder(_ sign: RelaySign?, _ host: String) -> ProxyError {
        let message =
            switch sign {
            case .field, nil: "The request was forwarded by a server that is not trusted."
            case .oldVersion: "The request came by HTTP/1.0, as from a server in front that is not trusted."
            case .host:
                "The request came under the name \"\(host)\", as from a server in front that is not trusted."
            }
        let own =
            switch sign {
            case .field, nil: ""
            case .oldVersion: "A program of your own has to speak HTTP/1.1. "
            case .host: "Ask by localhost or 127.0.0.1, or add the name to allowedHosts. "
            }
        return ProxyError(
            .untrustedForwarder,
            message: message,
            hint:
                "\(own)Without a configuration only direct requests are served. Write a configuration, and name the "
                + "server in front in trustedProxies if its X-Forwarded fields are to be believed."
        )
    }

    static let loop = ProxyError(
        .loopDetected,
        message: "The request came back to the proxy that forwarded it.",
        hint: "Ask a target that is not the proxy itself."
    )

    /// The target resolves to an address that this process listens on.
    public static let ownAddress = ProxyError(
        .loopDetected,
        message: "The target is this proxy itself.",
        hint: "Ask a target that is not the proxy itself."
    )

    static let noSuchPage = ProxyError(
        .notFound,
        message: "There is nothing at this path.",
        hint: "Check basePath, and whether prefix.enabled is true."
    )

    /// A percent-encoded host that is no name once it is decoded and in ASCII.
    static let invalidInternationalName = ProxyError(
        .targetInvalid,
        message: "The target's host is no international name.",
        hint: "Write letters, digits, hyphens and dots, or the name in punycode (xn--…)."
    )

    /// An Expect field that is not `100-continue`.
    public static let expectationFailed = ProxyError(
        .expectationFailed,
        message: "The request expects something other than 100-continue.",
        hint: "Leave the Expect field out."
    )

    /// HTTP without TLS, on a port for TLS.
    public static func tlsRequired(at authority: String) -> ProxyError {
        ProxyError(
            .tlsRequired,
            message: "This port speaks HTTPS, and the request came without TLS.",
            hint: "Write https://\(authority)/ in place of http://\(authority)/."
        )
    }
}
