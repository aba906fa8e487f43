import HTTPSyntax

/// Which targets the prefix form may reach: `prefix.targets`.
///
/// Asked again at each redirect that is followed.
public struct TargetRules: Sendable {
    private let allow: TargetPatternSet
    private let deny: TargetPatternSet

    /// Makes the rules; with nothing allowed no target is permitted.
    public init(allow: [TargetPattern], deny: [TargetPattern]) {
        self.allow = TargetPatternSet(allow)
        self.deny = TargetPatternSet(deny, for: .deny)
    }

    /// Whether the URL matches an allowed pattern and may match none that is denied.
    public func permits(_ url: TargetURL) -> Bool {
        allow.contains(url) && !deny.contains(url)
    }
}
