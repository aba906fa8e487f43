import HTTPSyntax

/// What the way by which a request came says about who asks.
public enum ClientStanding: Sendable, Hashable {
    /// A program on this machine, as far as can be told.
    case local
    /// Somebody for whom a server in front asks that the configuration trusts: with this machine's privileges.
    case vouchedFor
    /// Anybody: the request came from another machine, or by a server that nobody vouches for, of which a sign tells.
    case stranger(RelaySign?)

    /// Whether the request has none of the privileges that come with a loopback listener.
    public var isStranger: Bool {
        switch self {
        case .local, .vouchedFor: false
        case .stranger: true
        }
    }
}

/// By what a request shows that it did not come from the program that made it.
public enum RelaySign: Sendable, Hashable {
    /// Programs that people use speak HTTP/1.1; nginx's bare `proxy_pass` does not.
    case oldVersion
    /// A field that servers in front add.
    case field
    /// A Host by which nobody reaches a loopback address.
    case host
}

extension ProxyRules {
    /// What a request's way here says about who asks: where a server in front relays it, the peer's loopback
    /// address says nothing, unless that server is trusted.
    ///
    /// Nor does a loopback listener that was opened since vouch for those who came by one that is none.
    func standing(of head: RequestHead, on listener: ListenerFacts, isTrusted: Bool) -> ClientStanding {
        guard listener.isLoopback else { return .stranger(nil) }
        guard let sign = relaySign(of: head) else { return .local }
        return isTrusted ? .vouchedFor : .stranger(sign)
    }

    /// By what a request that came to a loopback address shows that another server relays it; nil where nothing
    /// shows.
    func relaySign(of head: RequestHead) -> RelaySign? {
        if head.version == .http10 { return .oldVersion }
        let fields = head.fields
        let isForwarded =
            fields.contains(.forwarded) || fields.contains(.xForwardedFor) || fields.contains(.xRealIP)
            || fields.contains(.via) || fields.contains(.xForwardedProto) || fields.contains(.xForwardedHost)
            || fields.contains(.xForwardedPort) || fields.contains(.xForwardedPrefix)
        if isForwarded { return .field }
        guard let host = fields.value(of: .host) else { return nil }
        return AllowedHosts.isLoopback(host) || routes.serves(host: host) ? nil : .host
    }

    /// Refuses what came by a way on which it cannot be served.
    func refusal(of head: RequestHead, from standing: ClientStanding) -> ProxyError? {
        // RFC 6455 §4.1: a handshake is a request of HTTP/1.1; a server in front has made this one of another.
        if head.version == .http10, head.asksForWebSocket { return ProxyError(WebSocketFault.oldVersion) }
        guard refusesUntrustedForwarders, case .stranger(let sign) = standing else { return nil }
        return .untrustedForwarder(sign, head.fields.string(of: .host) ?? "")
    }
}
