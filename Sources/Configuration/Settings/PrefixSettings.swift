/// The prefix form: `http://proxy/https://api.example.com/x`.
public struct PrefixSettings: Sendable, Equatable {
    /// Whether it is served at all.
    public var isEnabled = true
    /// Which targets may be asked for.
    public var targets = TargetSettings()
    /// Names of fields of which a request must have one; empty for no such demand.
    public var requireHeaders: [String] = []
    /// Whether a request from the target's own origin is sent straight to it.
    public var redirectSameOrigin = false
    /// What is served at `/`; nil for the built-in page.
    public var helpFile: HelpFile?
    /// What is done to the fields of a request before it is forwarded.
    public var request = FieldRules()
    /// What is done to the fields of a response before the policy writes its own.
    public var response = FieldRules()
    /// What is done with redirects.
    public var redirects = RedirectSettings()
    /// What is done with cookies.
    public var cookies = CookieHandling.strip
    /// Whether WebSockets are passed on.
    public var webSockets = true

    static let section = Section<PrefixSettings>([
        Key(
            "enabled",
            \.isEnabled,
            .boolean,
            "Serve the prefix form, http://proxy/https://api.example.com/x."
        ),
        Key("targets", \.targets, .section(TargetSettings.section), "Which targets may be asked for."),
        Key(
            "requireHeaders",
            \.requireHeaders,
            .list(of: .fieldName),
            "A request needs one of these headers, such as Origin."
        ),
        Key(
            "redirectSameOrigin",
            \.redirectSameOrigin,
            .boolean,
            "Answer a page of the target's own origin with a redirect to the target."
        ),
        Key("helpFile", \.helpFile, .helpFile, "A file to serve at /; a path is relative to this file."),
        Key(
            "request",
            \.request,
            .section(FieldRules.section(for: .request)),
            "Headers of requests to set or remove."
        ),
        Key(
            "response",
            \.response,
            .section(FieldRules.section(for: .response)),
            "Headers of responses to set or remove."
        ),
        Key("redirects", \.redirects, .section(RedirectSettings.section), "What is done with redirects."),
        Key(
            "cookies",
            \.cookies,
            ValueFormat.choice().withConditionalDefault,
            "strip: removed, both ways; rescope: confined to their target. Default: rescope with credentials, else strip."
        ),
        Key("webSockets", \.webSockets, .boolean, "Pass WebSockets on; false refuses them with a 403."),
    ])
}

/// Which targets may be asked for: those that a pattern allows and none denies.
public struct TargetSettings: Sendable, Equatable {
    /// Patterns; `*` is every target.
    public var allow = [WrittenPattern.all]
    /// Patterns; they win over `allow`.
    public var deny: [WrittenPattern] = []

    /// Whether some pattern allows every host.
    public var allowsEveryHost: Bool { allow.contains { $0.pattern.meansEveryHost } }

    static let section = Section<TargetSettings>([
        Key(
            "allow",
            \.allow,
            .list(of: .targetPattern, wildcard: true),
            #"Patterns such as "*.wikipedia.org" or "https://api.github.com/repos/**"; "*" is every target. "#
                + "ws:// and wss:// mean http:// and https://."
        ),
        Key(
            "deny",
            \.deny,
            .list(of: .targetPattern, wildcard: true),
            "Patterns of targets that are refused even where allow has them."
        ),
    ])
}

/// What is done with the redirects of a target.
public struct RedirectSettings: Sendable, Equatable {
    /// Who follows a redirect.
    public enum Mode: String, Sendable, CaseIterable {
        /// The proxy does.
        case follow
        /// The client does, through the proxy: Location is rewritten.
        case rewrite
        /// The client does: Location is left as it is.
        case pass
    }

    /// Who follows a redirect.
    public var mode = Mode.follow
    /// How many in a row are followed.
    public var max = 5
    /// Patterns of targets that a route's redirects are followed to, beside its own; the prefix form has none.
    public var targets: [WrittenPattern] = []

    static let section = Section<RedirectSettings>([
        Key(
            "mode",
            \.mode,
            .choice(),
            "follow: here; rewrite: by the client through the proxy; pass: left as it is."
        ),
        Key(
            "max",
            \.max,
            .integer(in: 0...20),
            "How many in a row are followed; the next one goes back rewritten."
        ),
    ])

    /// The keys of a route, which has one target: the prefix form follows wherever `prefix.targets` lets it.
    static let routeSection = Section<RedirectSettings>(
        section.keys + [
            Key(
                "targets",
                \.targets,
                .list(of: .targetPattern),
                "Where redirects are followed to beside the route's own target, as in prefix.targets.allow."
            )
        ]
    )
}

/// What is done with cookies where one origin stands for several targets.
public enum CookieHandling: String, Sendable, CaseIterable {
    /// Cookie, Set-Cookie and Set-Cookie2 are removed.
    case strip
    /// Cookies are confined to the path or the host name under which their target is reached.
    case rescope
}
