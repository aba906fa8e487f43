import CORSPolicy

/// A path of the proxy that stands for one target.
public struct RouteSettings: Sendable, Equatable {
    /// What logs call it; nil where the file gives no name.
    public var name: String?
    /// Plain segments, `/weather/` or `/weather`, as the file has it; it starts with a slash.
    public var path = ""
    /// The absolute http or https URL that `path` stands for, without query, fragment and user name.
    ///
    /// Its path is at least `/`. It is never shown where `isTargetSecret` says so.
    public var target = ""
    /// Whether `target` holds a secret.
    public var isTargetSecret = false
    /// Methods that are forwarded, as they stand on the wire; nil for all.
    public var methods: [String]?
    /// The policy: the keys of the route over the global ones; X-Proxy-Key is among its headers where keys
    /// are asked for.
    public var cors = CORSConfiguration()
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
    /// Values of Host under which the route is served at `/` too: canonical, no patterns, no ports.
    ///
    /// They are all among `Settings.allowedHosts`.
    public var hosts: [String] = []
    /// Keys of which a client must send one as X-Proxy-Key; empty for no such demand.
    public var clientKeys: [Secret] = []
    /// How many requests are let through; nil for no limit beside the global one.
    public var rate: RateSettings?
    /// How the target is connected to: the keys of the route over the global ones.
    public var upstream = UpstreamSettings()
}
