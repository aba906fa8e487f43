import CORSPolicy
import HTTPSyntax

/// Whether cookies pass.
public enum CookieMode: Sendable {
    /// Cookie and Set-Cookie are taken off.
    case strip
    /// They pass, confined to where their target is reached.
    case rescope
}

/// How requests of the prefix form, or of one route, are passed on; one object that all of them share.
public final class ForwardRules: Sendable {
    /// 0 for the prefix form, 1 and up for the routes in the order of the configuration.
    public let number: Int
    /// Who may ask.
    public let policy: CORSPolicy
    /// The methods that are forwarded, nil for all.
    public let methods: [String]?
    /// The keys of which a client has to send one.
    public let clientKeys: ClientKeys
    /// Changes to what is sent upstream.
    public let requestEdits: FieldEdits
    /// Parameters that are set in the target's query.
    public let queryEdits: QueryEdits?
    /// Changes to what is sent downstream.
    public let responseEdits: FieldEdits
    /// What happens to redirects.
    public let redirects: RedirectMode
    /// Whether cookies pass.
    public let cookies: CookieMode
    /// Whether WebSockets are passed on.
    public let acceptsWebSockets: Bool
    /// Which Origin upstreams are sent.
    public let originRule: OriginRule
    /// As which origin the target's pages run.
    public let documents: DocumentOrigin
    /// Whether requests are given a secret or a client certificate.
    public let holdsSecret: Bool
    /// What no response and no URL of another origin may repeat.
    public let screen: SecretScreen
    /// What no response may repeat of a target whose own URL holds a secret: its host and its path.
    public let targetScreen: SecretScreen
    /// Whether the target's own URL holds a secret, and so is never shown.
    public let hidesTarget: Bool

    /// Makes rules of validated settings.
    ///
    /// - Parameter sentOrigin: Which Origin upstreams are sent; nil where the request and the policy decide.
    public init(
        number: Int,
        policy: CORSPolicy,
        methods: [String]? = nil,
        clientKeys: ClientKeys = ClientKeys([]),
        requestEdits: FieldEdits = FieldEdits(removals: [], additions: []),
        queryEdits: QueryEdits? = nil,
        responseEdits: FieldEdits = FieldEdits(removals: [], additions: []),
        redirects: RedirectMode,
        cookies: CookieMode = .strip,
        acceptsWebSockets: Bool = true,
        sentOrigin: SentOrigin? = nil,
        documents: DocumentOrigin = .opaque,
        holdsSecret: Bool = false,
        screen: SecretScreen = .none,
        targetScreen: SecretScreen = .none,
        hidesTarget: Bool = false
    ) {
        self.number = number
        self.policy = policy
        self.methods = methods
        self.clientKeys = clientKeys
        self.requestEdits = requestEdits
        self.queryEdits = queryEdits
        self.responseEdits = responseEdits
        self.redirects = redirects
        self.cookies = cookies
        self.acceptsWebSockets = acceptsWebSockets
        originRule = OriginRule(sentOrigin, policy: policy)
        self.documents = documents
        self.holdsSecret = holdsSecret
        self.screen = screen
        self.targetScreen = targetScreen
        self.hidesTarget = hidesTarget
    }

    /// The targets to which redirects are followed beside the route's own; nil where none are followed.
    var followedTargets: TargetPatternSet? {
        if case .follow(_, let targets) = redirects { targets } else { nil }
    }

    /// Whether redirects may need a body again.
    public var followsRedirects: Bool {
        if case .follow = redirects { true } else { false }
    }
}

/// Where a request goes, and by which rules; one object, since it is handed on many times.
public final class Destination: Sendable {
    /// What is asked, with the parameters that the configuration sets.
    public let target: TargetURL
    /// The same without them, fit to be shown.
    public let shown: TargetURL
    /// How it is passed on.
    public let rules: ForwardRules
    /// The route, nil in the prefix form.
    public let route: Route?
    /// Whether the route was reached under a host of its own.
    public let isOnOwnHost: Bool
    /// Whether pages of the route's target run as the origin that the request was sent to.
    public let hasOwnOrigin: Bool
    /// Whether a page shows the answer without a word of its own: what is secret must not come of it.
    let isEmbedded: Bool
    /// The index of the client key that was accepted.
    public let clientKey: Int?
    /// The handshake where a WebSocket connection is asked for.
    public let webSocket: WebSocketRequest?
    /// Who asks, where a redirect of a route may come to be followed to targets of the prefix form.
    let asker: CORSRequest?

    init(
        target: TargetURL,
        shown: TargetURL,
        rules: ForwardRules,
        route: Route? = nil,
        isOnOwnHost: Bool = false,
        hasOwnOrigin: Bool = false,
        isEmbedded: Bool = false,
        clientKey: Int?,
        webSocket: WebSocketRequest? = nil,
        asker: CORSRequest? = nil
    ) {
        self.target = target
        self.shown = shown
        self.rules = rules
        self.route = route
        self.isOnOwnHost = isOnOwnHost
        self.hasOwnOrigin = hasOwnOrigin
        self.isEmbedded = isEmbedded
        self.clientKey = clientKey
        self.webSocket = webSocket
        self.asker = asker
    }
}
