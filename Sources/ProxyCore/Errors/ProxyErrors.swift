import CORSPolicy
import HTTPSyntax
import HTTPTypes

// The refusals and failures, each in words that say what to do.

extension ProxyError {
    // MARK: The request

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

    static let oldHandshake = ProxyError(
        .badRequest,
        message: "A WebSocket handshake needs HTTP/1.1, and this one came by HTTP/1.0.",
        hint: "Let the server in front speak HTTP/1.1; in nginx: proxy_http_version 1.1."
    )

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

    static func headerRequired(_ names: [String]) -> ProxyError {
        let list = names.joined(separator: ", ")
        return ProxyError(
            .headerRequired,
            message: "The request has none of the fields that are required: \(list).",
            hint: "Send one of them; pages send Origin by themselves, and fetch can add X-Requested-With."
        )
    }

    static let serviceWorker = ProxyError(
        .serviceWorkerDenied,
        message: "A service worker of a target would take over the proxy's own origin.",
        hint: "Serve the worker's script from the page's own origin, or give its route a host of its own."
    )

    static let webSocket = ProxyError(
        .websocketUnsupported,
        message: "WebSocket connections are not forwarded.",
        hint: "Connect to the target directly: CORS does not apply to WebSocket."
    )

    /// The body is larger than `limits.requestBody`.
    public static let requestTooLarge = ProxyError(
        .bodyTooLarge,
        message: "The request's body is too large.",
        hint: "Send less, or raise limits.requestBody."
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

    /// The client sent nothing for too long.
    public static let requestTimeout = ProxyError(
        .requestTimeout,
        message: "The request did not arrive in time.",
        hint: "Send it faster, or raise limits.headerTimeout or limits.bodyTimeout."
    )

    /// Something that should not happen.
    public static let internalError = ProxyError(
        .internal,
        message: "The proxy could not handle the request.",
        hint: "Look for the request's id in the proxy's log."
    )

    /// All connections that limits allow are in use.
    public static let tooManyConnections = ProxyError(
        .tooManyConnections,
        message: "The proxy has as many connections as it may.",
        hint: "Try again in a moment, or raise limits.connections or limits.connectionsPerAddress."
    )

    /// The program ended before the response was complete.
    public static let shuttingDown = ProxyError(
        .shuttingDown,
        message: "The proxy stopped before the response was complete.",
        hint: "Try again, or raise limits.drainTimeout."
    )

    /// A method that a route does not forward.
    static func methodNotOnRoute(_ method: HTTPRequest.Method, _ allowed: [String]) -> ProxyError {
        ProxyError(
            .methodDenied,
            message: "Method \"\(method.rawValue)\" is not allowed for this route.",
            hint: "Add it to the route's methods."
        ).with(["Allow": allowed.joined(separator: ", ")])
    }

    /// No client key, or a wrong one.
    static let clientKeyRequired = ProxyError(
        .clientKeyRequired,
        message: "The request has no valid client key.",
        hint: "Send one of the keys in clientKeys as X-Proxy-Key."
    ).with(["WWW-Authenticate": "X-Proxy-Key realm=\"corsway\""])

    /// Too many requests of one client.
    ///
    /// - Parameters:
    ///   - limit: Requests in a period.
    ///   - wait: Nanoseconds until the next request is let through.
    /// - SeeAlso: RFC 6585 §4.
    public static func rateLimited(limit: Int, wait: UInt64) -> ProxyError {
        let seconds = max(1, wait / 1_000_000_000 + (wait % 1_000_000_000 > 0 ? 1 : 0))
        return ProxyError(
            .rateLimited,
            message: "The client has sent too many requests.",
            hint: "Try again in \(seconds) s, or raise the rate."
        ).with([
            "Retry-After": "\(seconds)", "RateLimit-Limit": "\(limit)", "RateLimit-Remaining": "0",
            "RateLimit-Reset": "\(seconds)",
        ])
    }

    // MARK: The upstream

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

    // MARK: The policy

    /// Says why the policy refuses a request, and what to add to it, or else to do.
    ///
    /// - Parameters:
    ///   - standing: Who is told; what the policy's lists hold is for those on this machine alone.
    ///   - advice: What is told in place of the policy's own hint.
    public init(
        _ refusal: CORSRefusal,
        policy: CORSPolicy,
        toldTo standing: ClientStanding,
        advice: String? = nil
    ) {
        let code: ErrorCode =
            switch refusal {
            case .originDenied, .originOnDenyList: .originDenied
            case .originRequired: .originRequired
            case .crossSite: .crossSiteDenied
            case .methodForbidden: .methodNotSupported
            case .methodDenied: .methodDenied
            }
        self.init(
            code,
            message: refusal.message,
            hint: advice ?? policy.hint(for: refusal, showsPatterns: standing == .local)
        )
    }

    // MARK: Syntax

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
