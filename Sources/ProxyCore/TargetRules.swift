import HTTPSyntax

/// Which targets the prefix form may reach: `prefix.targets`.
///
/// Asked again at each redirect that is followed.
public struct TargetRules: Sendable, Hashable {
    private let allow: [TargetPattern]
    private let deny: [TargetPattern]

    /// Makes the rules; with nothing allowed no target is permitted.
    public init(allow: [TargetPattern], deny: [TargetPattern]) {
        self.allow = allow
        self.deny = deny
    }

    /// Whether the URL matches an allowed pattern and may match none that is denied.
    public func permits(_ url: TargetURL) -> Bool {
        allow.contains { $0.matches(url) } && !deny.contains { $0.mayMatch(url) }
    }
}
