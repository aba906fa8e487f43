import CORSPolicy
import Text

/// The change to a `cors` object by which a request would be allowed.
public struct PolicyMend: Sendable {
    /// The object with the change.
    public let configuration: CORSConfiguration
    /// The keys that change, each with its new value in JSON, in the order of the documentation.
    public let changes: [(key: String, json: String)]

    /// Works out the least change; nil where the policy allows the request as it is.
    ///
    /// - Parameters:
    ///   - request: What the page asks.
    ///   - configuration: What is configured, compiled to `policy`.
    ///   - replacesOrigins: Whether the page's origin takes the place of those that are configured.
    public init?(
        for request: PageRequest,
        over configuration: CORSConfiguration,
        _ policy: CORSPolicy,
        replacesOrigins: Bool
    ) {
        var changed = configuration
        let origin = request.page.serialized
        let method = FetchMethod.normalized(request.method)
        let names = ScriptHeaders.unsafeNames(of: request.headers.filter { !ScriptHeaders.isForbidden($0) })
            .map(\.name)
        let decision = policy.decide(
            CORSRequest(
                method: "OPTIONS",
                origin: origin,
                requestMethod: method,
                requestHeaders: names.isEmpty ? [] : [names.joined(separator: ",")]
            )
        )
        if request.page.isOpaque, !decision.mayShare {
            changed.allowNullOrigin = true
        } else if decision.verdict == .deniedOrigin {
            let pattern = policy.denyingPattern(for: origin) ?? origin
            changed.deniedOrigins.removeAll { $0 == pattern }
        } else if !decision.mayShare {
            changed.allowedOrigins = replacesOrigins ? [origin] : changed.allowedOrigins + [origin]
        }
        if request.credentials == .include, !request.page.isOpaque {
            changed.allowCredentials = true
            if policy.allowsAnyOrigin { changed.allowedOrigins = [origin] }
        }
        if !changed.allowedMethods.contains("*"), !FetchMethod.isSafelisted(method),
            !changed.allowedMethods.contains(method)
        {
            changed.allowedMethods.append(method)
        }
        let listed = changed.allowedHeaders.map { $0.lowercased() }
        for name in names
        where !listed.contains(name) && (!listed.contains("*") || name == "authorization") {
            changed.allowedHeaders.append(name)
        }
        self.init(from: configuration, to: changed)
    }

    private init?(from old: CORSConfiguration, to new: CORSConfiguration) {
        let lists: [(String, KeyPath<CORSConfiguration, [String]>)] = [
            ("allowedOrigins", \.allowedOrigins), ("deniedOrigins", \.deniedOrigins),
            ("allowedMethods", \.allowedMethods), ("allowedHeaders", \.allowedHeaders),
        ]
        let flags: [(String, KeyPath<CORSConfiguration, Bool>)] = [
            ("allowNullOrigin", \.allowNullOrigin), ("allowCredentials", \.allowCredentials),
        ]
        changes =
            lists.filter { old[keyPath: $0.1] != new[keyPath: $0.1] }
            .map { (key: $0.0, json: Self.json(new[keyPath: $0.1])) }
            + flags.filter { old[keyPath: $0.1] != new[keyPath: $0.1] }
            .map { (key: $0.0, json: "\(new[keyPath: $0.1])") }
        guard !changes.isEmpty else { return nil }
        configuration = new
    }

    private static func json(_ texts: [String]) -> String {
        // Origins, methods and header names hold nothing that JSON would have escaped but these two.
        let strings = texts.map { text in
            "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        }
        return "[\(strings.joined(separator: ", "))]"
    }

}
