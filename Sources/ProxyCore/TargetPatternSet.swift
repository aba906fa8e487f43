import HTTPSyntax

/// A list of target patterns, compiled so that asking costs the same whatever their number; one object that all
/// requests share.
public final class TargetPatternSet: Sendable, Equatable {
    private let patterns: [TargetPattern]
    private let index: TargetPatternIndex
    private let isUniversal: Bool

    /// Compiles a list.
    public init(_ patterns: [TargetPattern]) {
        self.patterns = patterns
        index = TargetPatternIndex(patterns)
        isUniversal = patterns.contains(where: \.isUniversal)
    }

    /// Whether a pattern surely means a URL: what an allow list asks.
    public func contains(_ url: TargetURL) -> Bool {
        if isUniversal { return true }
        if patterns.isEmpty { return false }
        var compared = 0
        return contains(TargetReading(url), &compared)
    }

    /// Whether a pattern may mean a URL: what a deny list asks.
    public func mayContain(_ url: TargetURL) -> Bool {
        if patterns.isEmpty { return false }
        var compared = 0
        return mayContain(TargetReading(url), &compared)
    }

    func contains(_ url: TargetReading, _ compared: inout Int) -> Bool {
        !index.positions(meaning: url, .meant, atMost: 1, &compared).isEmpty
    }

    func mayContain(_ url: TargetReading, _ compared: inout Int) -> Bool {
        !index.positions(meaning: url, .possiblyMeant, atMost: 1, &compared).isEmpty
    }

    /// Whether two lists have the same patterns.
    public static func == (left: TargetPatternSet, right: TargetPatternSet) -> Bool {
        left === right || left.patterns == right.patterns
    }
}
