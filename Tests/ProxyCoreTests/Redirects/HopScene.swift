import HTTPSyntax
import HTTPTypes
import Testing

@testable import ProxyCore

/// A request to `http://a.example/start`, and what its hops come to.
struct HopScene {
    var hops: HopSequence

    /// What differs between the cases.
    struct Rules {
        var redirects = RedirectMode.follow(maximum: 5)
        var cookies = CookieMode.strip
        var requestEdits: [(name: String, value: String)] = []
        var query: [(name: String, value: String)] = []
        var secrets: [String] = []
        var hiddenPlaces: [String] = []
        var headerRules: [HeaderRule] = []
        var ruleSecrets: [String] = []
        var allowed = ["*"]
        /// The target of a route at `/r`; the prefix form where there is none.
        var route: TargetURL?
        /// Whether the route has a host of its own, `r.localhost`.
        var isOnOwnHost = false
        var methods: [String]?
        var sentOrigin: SentOrigin?
        var allowedOrigins = ["https://app.example"]
        /// Whether the policy allows credentials; where nothing is said it does with cookies.
        var allowsCredentials: Bool?
        var documents = DocumentOrigin.opaque
    }

    /// Begins with a request.
    ///
    /// - Parameter body: What has been read of its body; nil where it has none.
    init(
        _ method: String = "GET",
        _ fields: [String] = [],
        body: String? = nil,
        isComplete: Bool = true,
        _ change: (inout Rules) -> Void = { _ in }
    ) throws {
        var wanted = Rules()
        change(&wanted)
        let rules = try Self.rules(wanted)
        let host = wanted.isOnOwnHost ? "r.localhost" : "localhost"
        let path =
            wanted.route == nil ? "/http://a.example/start" : wanted.isOnOwnHost ? "/start" : "/r/start"
        let head = try requestHead("\(method) \(path) HTTP/1.1", ["Host: \(host)"] + fields)
        let plan = rules.plan(head, .test, from: RequestSource())
        guard case .forward(let destination) = plan.step else {
            throw Failure(step: "\(plan.step)")
        }
        hops = HopSequence(
            head,
            length: body.map { .known(Int64($0.utf8.count)) } ?? .none,
            to: destination,
            from: RequestSource().request(head),
            rules: rules,
            pseudonym: "corsway-x",
            addsForwarded: false
        )
        if let body {
            hops.keep(Array(body.utf8)[...])
            if isComplete { hops.requestEnded() }
        }
    }

    struct Failure: Error { let step: String }

    private static func rules(_ wanted: Rules) throws -> ProxyRules {
        let policy = try TestPolicy.list {
            $0.allowedOrigins = wanted.allowedOrigins
            $0.allowCredentials = wanted.allowsCredentials ?? (wanted.cookies == .rescope)
            $0.allowedMethods = ["DELETE", "PATCH", "PUT"]
        }
        let forward = ForwardRules(
            number: wanted.route == nil ? 0 : 1,
            policy: policy,
            methods: wanted.methods,
            requestEdits: FieldEdits(removals: [], additions: wanted.requestEdits),
            queryEdits: QueryEdits(wanted.query),
            redirects: wanted.redirects,
            cookies: wanted.cookies,
            sentOrigin: wanted.sentOrigin,
            documents: wanted.documents,
            screen: SecretScreen(wanted.secrets),
            targetScreen: SecretScreen(wanted.hiddenPlaces),
            hidesTarget: !wanted.hiddenPlaces.isEmpty
        )
        let hosts = wanted.isOnOwnHost ? ["r.localhost"] : []
        let prefix = try TestPrefix.open()
        return ProxyRules(
            allowedHosts: AllowedHosts(try ["*", "r.localhost"].map { try HostPattern(parsing: $0) }),
            basePath: "/",
            policy: policy,
            prefix: PrefixRules(
                targets: TargetRules(
                    allow: try wanted.allowed.map { try TargetPattern(parsing: $0) },
                    deny: []
                ),
                requiredFields: [],
                redirectsSameOrigin: false,
                forward: wanted.route == nil ? forward : prefix.forward
            ),
            routes: RouteTable(
                wanted.route.map { [Route(path: "/r", hosts: hosts, target: $0, rules: forward)] } ?? []
            ),
            headerRules: HeaderRules(wanted.headerRules),
            ruleScreen: SecretScreen(wanted.ruleSecrets),
            refusesUntrustedForwarders: false
        )
    }

    // MARK: Events

    /// What becomes of a response: `follow GET http://…`, `back` and where Location leads, or `refuse` and a code.
    mutating func answer(_ status: Int, _ location: String?, _ fields: [String] = []) throws -> String {
        let head = try responseHead(status, (location.map { ["Location: \($0)"] } ?? []) + fields)
        switch hops.verdict(on: head, resolve: Self.resolve) {
        case .follow: return "follow \(hops.current.method.rawValue) \(hops.current.target.serialized)"
        case .handBack(.keep): return "back"
        case .handBack(.drop): return "back without Location"
        case .handBack(.set(let text)): return "back \(text)"
        case .refuse(let error): return "refuse \(error.code.rawValue)"
        }
    }

    /// The lines of the final head that the client gets of one.
    func final(_ status: Int, _ fields: [String] = []) throws -> [String] {
        var head = try responseHead(status, fields)
        hops.rewrite(head, nil, pseudonym: "corsway-x").apply(to: &head)
        return ["\(head.status)"] + head.fields.texts
    }

    /// The value of a field of the next request, nil where it has none.
    func sent(_ name: String) -> String? {
        hops.current.fields.strings(named: name).first
    }

    /// A URL parser that is enough for these tests.
    static func resolve(_ location: ArraySlice<UInt8>, against base: TargetURL) throws(LocationError)
        -> TargetURL
    {
        let text = String(decoding: location, as: UTF8.self)
        if text.hasPrefix("/") { return TargetURL(origin: base.origin, pathAndQuery: text) }
        let parts = text.split(separator: "://", maxSplits: 1)
        guard let scheme = TargetScheme(rawValue: String(text.prefix { $0 != ":" })) else { throw .scheme }
        guard parts.count == 2 else { throw .invalid }
        let authority = parts[1].prefix { $0 != "/" }
        if authority.contains("@") { throw .credentials }
        let pieces = authority.split(separator: ":")
        let port = pieces.count > 1 ? UInt16(pieces[1]) : nil
        let rest = parts[1].dropFirst(authority.count).split(separator: "#", maxSplits: 1)
        return TargetURL(
            origin: TargetOrigin(scheme: scheme, host: String(pieces[0]), port: port ?? scheme.defaultPort),
            pathAndQuery: rest.first.map(String.init) ?? "/",
            fragment: rest.count > 1 ? String(rest[1]) : nil
        )
    }
}

extension HeaderRule {
    /// A rule that sets one field of requests.
    static func setting(
        _ name: String,
        to value: String,
        for pattern: String,
        methods: [String]? = nil,
        isSecret: Bool = false
    ) throws -> HeaderRule {
        HeaderRule(
            pattern: try TargetPattern(parsing: pattern),
            methods: methods,
            requestEdits: FieldEdits(removals: [], additions: [(name, value)]),
            responseEdits: FieldEdits(removals: [], additions: []),
            addsSecrets: isSecret
        )
    }
}
