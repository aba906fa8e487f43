import HTTPSyntax
import IPAddresses

/// Who asks and from where, read off a request once; one object that is handed on.
public final class ClientRequest: Sendable {
    /// Which page asks.
    public enum Origin: Sendable, Hashable {
        /// The request has no Origin.
        case absent
        /// The value of its one Origin.
        case one(String)
        /// It has several, which no browser sends.
        case several
    }

    /// The peer's address; nil over a unix socket.
    public let peer: IPAddress?
    /// The peer in words, for the upstream and the log: its address without a port.
    public let peerText: String
    /// Where the connection was accepted.
    public let listener: ListenerFacts
    /// Whether the peer is a server in front whose X-Forwarded fields are believed.
    public let isTrusted: Bool
    /// What the way by which the request came says about who asks.
    public let standing: ClientStanding
    /// The scheme by which the request came: `http` or `https`.
    public let scheme: String
    /// The value of Host, or what stands in its place; nil where the request has none.
    public let authority: String?
    /// Which page asks.
    public let origin: Origin
    /// The request's name.
    public let id: RequestID

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - peer: The peer's address; nil over a unix socket.
    ///   - peerText: The peer in words.
    ///   - isTrusted: Whether the configuration trusts the peer.
    ///   - id: The request's name.
    ///   - rules: Those by which the request is planned.
    public convenience init(
        _ head: RequestHead,
        from peer: IPAddress?,
        _ peerText: String,
        on listener: ListenerFacts,
        isTrusted: Bool,
        id: RequestID,
        rules: ProxyRules
    ) {
        self.init(
            head,
            from: peer,
            peerText,
            on: listener,
            isTrusted: isTrusted,
            standing: rules.standing(of: head, on: listener, isTrusted: isTrusted),
            id: id
        )
    }

    init(
        _ head: RequestHead,
        from peer: IPAddress?,
        _ peerText: String,
        on listener: ListenerFacts,
        isTrusted: Bool,
        standing: ClientStanding,
        id: RequestID
    ) {
        self.peer = peer
        self.peerText = peerText
        self.listener = listener
        self.isTrusted = isTrusted
        self.standing = standing
        self.id = id
        scheme = listener.scheme
        authority = head.fields.string(of: .host)
        origin = Origin(head.fields)
    }
}

extension ClientRequest.Origin {
    init(_ fields: FieldSection) {
        guard fields.contains(.origin) else {
            self = .absent
            return
        }
        self =
            fields.count(of: .origin) > 1 ? .several : fields.string(of: .origin).map { .one($0) } ?? .absent
    }

    /// The value of the one Origin; nil where there is none, or several.
    public var text: String? {
        if case .one(let text) = self { text } else { nil }
    }
}

extension RequestID {
    /// The name that a trusted server in front has given a request; nil where it has given none, or no valid one.
    public init?(givenBy head: RequestHead) {
        guard head.fields.contains(.xRequestId), head.fields.count(of: .xRequestId) == 1,
            let given = head.fields.value(of: .xRequestId)
        else { return nil }
        self.init(given)
    }
}
