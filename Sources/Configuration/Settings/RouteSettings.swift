import CORSPolicy

/// A path of the proxy that stands for one target.
public struct RouteSettings: Sendable, Equatable {
    /// What logs call it; nil where the file gives no name.
    public var name: String?
    /// What metrics call it: its name, else its path.
    public internal(set) var label = ""
    /// Plain segments, `/weather/` or `/weather`, as the file has it; it starts with a slash.
    public var path = ""
    /// The absolute http or https URL that `path` stands for, without query, fragment and user name.
    ///
    /// It is never shown where `isTargetSecret` says so.
    public internal(set) var target = RouteTarget.missing
    /// The secrets in `target`, each by itself.
    public var targetSecrets: [String] = []
    /// Whether `target` holds a secret.
    public var isTargetSecret: Bool { !targetSecrets.isEmpty }
    /// Methods that are forwarded, as they stand on the wire; nil for all.
    public var methods: [String]?
    /// The policy: the keys of the route over the global ones; X-Proxy-Key is among its headers where keys
    /// are asked for.
    public var cors = CORSConfiguration()
    /// What `cors` was compiled to, once.
    public internal(set) var policy = Compiled(CORSPolicy.closed)
    /// Where the keys of `cors` stand.
    public internal(set) var corsPlace = PolicyPlace.global
    /// What is done to the fields of a request before it is forwarded.
    public var request = FieldRules()
    /// Parameters that take the place of those of their name in the query; not encoded yet.
    public var setQuery: [FieldRules.Field] = []
    /// What is done to the fields of a response before the policy writes its own.
    public var response = FieldRules()
    /// What is done with redirects.
    public var redirects = RedirectSettings(mode: .rewrite)
    /// What is done with cookies.
    ///
    /// `rescope` without `cors.allowCredentials` holds under the names of `hosts` alone, whose pages are of the
    /// same origin; elsewhere cookies are stripped.
    public var cookies = CookieHandling.strip
    /// Whether WebSockets are passed on.
    public var webSockets = true
    /// Values of Host under which the route is served at `/` too: canonical, no patterns, no ports.
    ///
    /// They are all among `Settings.allowedHosts`.
    public var hosts: [String] = []
    /// As which origin pages of the route run; nil where the Host that is asked for decides.
    public var documents: DocumentHandling?
    /// Keys of which a client must send one as X-Proxy-Key; empty for no such demand.
    public var clientKeys: [Secret] = []
    /// How many requests are let through; nil for no limit beside the global one.
    public var rate: RateSettings?
    /// How the target is connected to: the keys of the route over the global ones.
    public var upstream = UpstreamSettings()
}

/// As which origin a browser runs the pages of a route, and whatever else holds scripts.
public enum DocumentHandling: String, Sendable, CaseIterable {
    /// As an opaque one: every answer is sandboxed.
    case sandbox
    /// As that by which the proxy is reached.
    case own
}

extension RouteSettings {
    static let section = Section<RouteSettings>([
        Key(
            "name",
            \.name,
            .optionalText(.routeName),
            "What logs and metrics call the route; it is served at NAME.localhost too."
        ),
        Key(
            "path",
            \.path,
            .text(.routePath),
            "The path that stands for the target, by whole segments.",
            isRequired: true
        ),
        Key(
            "target",
            \.self,
            .target,
            "The URL that the path stands for; ws and wss mean http and https.",
            isRequired: true
        ),
        Key("methods", \.methods, .methods, "Methods that are forwarded; \"*\" is all."),
        Key(
            "cors",
            \.cors,
            .inheriting(CORSConfiguration.section),
            "The policy of the route; what is left out is as in the global one."
        ),
        Key("request", \.self, .inheriting(requestSection), "Changes to requests."),
        Key(
            "response",
            \.response,
            .section(FieldRules.section(for: .response)),
            "Headers of responses to set or remove."
        ),
        Key(
            "redirects",
            \.redirects,
            .section(RedirectSettings.routeSection),
            "What is done with redirects."
        ),
        Key(
            "cookies",
            \.cookies,
            ValueFormat.choice().withConditionalDefault,
            "strip: removed, both ways; rescope: confined to the route. "
                + "Default: rescope with credentials and under hosts, else strip."
        ),
        Key("webSockets", \.webSockets, .boolean, "Pass WebSockets on; false refuses them with a 403."),
        Key(
            "hosts",
            \.hosts,
            ValueFormat.list(of: .routeHost).withConditionalDefault,
            "Values of Host under which the route is served at / too. Default: NAME.localhost."
        ),
        Key(
            "documents",
            \.documents,
            .optionalChoice(),
            "sandbox: pages of the route run as no origin; own: as the one that the proxy is reached by. "
                + "Default: own where the Host asked for serves nothing else, else sandbox."
        ),
        Key(
            "clientKeys",
            \.clientKeys,
            .list(of: .clientKey),
            "Keys of which a client has to send one, as X-Proxy-Key; a page's WebSocket offers it as a subprotocol."
        ),
        Key(
            "rate",
            \.rate,
            .optional(RateSettings.section, from: RateSettings()),
            "How many requests one client may make in a time; null is no limit beside the global one."
        ),
        Key(
            "upstream",
            \.upstream,
            .inheriting(UpstreamSettings.routeSection),
            "How the target is connected to; what is left out is as in the global one."
        ),
    ])

    /// `setQuery` stands among the headers in the file, and has no place in other header rules.
    private static let requestSection = Section<RouteSettings>([
        Key(
            "setHeaders",
            \.request.setHeaders,
            .fields(for: .request),
            "Fields to set, by name; they replace those of that name."
        ),
        Key(
            "removeHeaders",
            \.request.removeHeaders,
            .list(of: .mutableName(in: .request)),
            "Names of fields to remove."
        ),
        Key(
            "setQuery",
            \.setQuery,
            .parameters,
            "Parameters of the query to set, by name; they replace those of that name."
        ),
    ])
}

extension ValueFormat where Value == RouteSettings {
    /// The URL of a target, and whether it holds a secret.
    fileprivate static var target: Self {
        let format = ValueFormat<RouteTarget>.text(.routeTarget)
        return Self(
            schema: { format.schema($0.target) },
            read: { value, route, reader in
                format.read(value, &route.target, &reader)
                route.targetSecrets = value.secrecy.secrets
            }
        )
    }
}
