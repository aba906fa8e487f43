import CORSPolicy
import IPAddresses

/// A whole configuration, checked; the initial values of the properties are the defaults.
public struct Settings: Sendable, Equatable {
    /// Where the proxy listens; at least one, and no two in the same place.
    public internal(set) var listeners = [ListenSettings()]
    /// Values of Host that are answered: names, `*.name`, addresses (IPv6 in brackets), or `*` for all.
    public internal(set) var allowedHosts = Settings.loopbackHosts
    /// The path that the proxy lives below; starts and ends with a slash.
    public internal(set) var basePath = "/"
    /// Servers in front, whose X-Forwarded-* are believed.
    public internal(set) var trustedProxies: [TrustedProxy] = []
    /// Event loops; 0 is one for each core.
    public internal(set) var shards = 0
    /// The policy as it was written.
    public internal(set) var cors = CORSConfiguration()
    /// What `cors` was compiled to, once.
    public internal(set) var policy = Compiled(CORSPolicy.closed)
    /// The prefix form.
    public internal(set) var prefix = PrefixSettings()
    /// Keys of which a client of the prefix form must send one as X-Proxy-Key; empty for no such demand.
    public internal(set) var clientKeys: [Secret] = []
    /// Paths with a target of their own, in the order of the file; no two are the same path or host.
    public internal(set) var routes: [RouteSettings] = []
    /// Header rules, in the order in which they are applied.
    public internal(set) var rules: [RuleSettings] = []
    /// Which addresses may be connected to.
    public internal(set) var `guard` = GuardSettings()
    /// How targets are connected to.
    public internal(set) var upstream = UpstreamSettings()
    /// What one client may take.
    public internal(set) var limits = LimitsSettings()
    /// What is logged, and where to.
    public internal(set) var log = LogSettings()
    /// Health and metrics.
    public internal(set) var admin = AdminSettings()
    /// Whether the operator has said that anyone may use the proxy for any target.
    public internal(set) var acceptOpenRelay = false

    /// What the file says, without a secret.
    public internal(set) var outline = SettingsOutline()
    /// The files that all of this was loaded from, in the order in which they were read.
    public internal(set) var files: [ConfigurationFile] = []
    /// Warnings and notes about what was set, to be shown at start.
    public internal(set) var warnings: [Problem] = []

    /// Whether everything that decides who may ask for what stands at its default.
    ///
    /// Then whoever reaches the loopback address is trusted; so requests that another server has forwarded to it
    /// must not be. A port, a time-out or the log can be set without a thought of that.
    public var isUntouchedDefault: Bool {
        let defaults = Settings()
        return listeners.allSatisfy { $0.host == ListenSettings().host }
            && allowedHosts == defaults.allowedHosts
            && trustedProxies == defaults.trustedProxies && cors == defaults.cors && prefix == defaults.prefix
            && `guard` == defaults.guard && clientKeys == defaults.clientKeys && routes == defaults.routes
            && rules == defaults.rules && acceptOpenRelay == defaults.acceptOpenRelay
    }

    /// The names by which a browser on the same machine reaches the proxy.
    static let loopbackHosts = ["localhost", "127.0.0.1", "[::1]", "*.localhost"]

    static let section = Section<Settings>([
        Key("$schema", onlyDefault: (), .ignored, "Where editors find this schema."),
        Key("listen", \.listeners, .listeners, "Where the proxy listens: one place, or a list of them."),
        Key(
            "allowedHosts",
            \.allowedHosts,
            .list(of: .allowedHost, wildcard: true),
            "Values of Host that are answered; others get 421. Default: these, and listen.host."
        ),
        Key(
            "basePath",
            \.basePath,
            .text(.basePath),
            "The path that the proxy lives below, behind another server."
        ),
        Key(
            "trustedProxies",
            \.trustedProxies,
            .list(of: .trustedProxy),
            "CIDR blocks of servers in front, whose X-Forwarded-* are believed; unix stands for unix sockets."
        ),
        Key("shards", \.shards, .integer(in: 0...256), "Event loops; 0 is one for each core."),
        Key("cors", \.cors, .section(CORSConfiguration.section), "The policy: who may read responses."),
        Key(
            "prefix",
            \.prefix,
            .section(PrefixSettings.section),
            "The prefix form, http://proxy/https://api.example.com/x."
        ),
        Key(
            "clientKeys",
            \.clientKeys,
            .list(of: .clientKey),
            "Keys of which the prefix form asks one, as X-Proxy-Key; a page's WebSocket offers it as a subprotocol."
        ),
        Key(
            "routes",
            \.routes,
            .list(of: RouteSettings.section, from: RouteSettings()),
            "Paths with a target of their own; the longest wins, before the prefix form."
        ),
        Key(
            "rules",
            \.rules,
            .list(of: RuleSettings.section, from: RuleSettings()),
            "Header rules by target URL, in order, for the prefix form and routes alike."
        ),
        Key("guard", \.guard, .section(GuardSettings.section), "Which addresses may be connected to."),
        Key("upstream", \.upstream, .section(UpstreamSettings.section), "How targets are connected to."),
        Key("limits", \.limits, .section(LimitsSettings.section), "What one client may take."),
        Key("log", \.log, .section(LogSettings.section), "What is logged, and where to."),
        Key(
            "admin",
            \.admin,
            .section(AdminSettings.section),
            "Health and metrics, on a listener of their own."
        ),
        Key(
            "acceptOpenRelay",
            \.acceptOpenRelay,
            .boolean,
            "Let anyone who reaches the proxy use it for any target."
        ),
    ])
}
