import CORSPolicy
import HTTPSyntax

/// A list of target patterns, compiled so that asking costs the same whatever their number; one object that all
/// requests share.
public final class TargetPatternSet: Sendable, Equatable {
    private let patterns: [TargetPattern]
    private let use: PatternUse
    private let index: TargetPatternIndex
    private let isUniversal: Bool

    /// Compiles a list of targets that are allowed.
    public convenience init(_ patterns: [TargetPattern]) {
        self.init(patterns, for: .allow)
    }

    init(_ patterns: [TargetPattern], for use: PatternUse) {
        self.patterns = patterns
        self.use = use
        index = TargetPatternIndex(patterns, for: use)
        isUniversal = patterns.contains(where: \.isUniversal)
    }

    /// Whether a pattern of the list means a URL.
    ///
    /// Where it allows, a port that browsers do not ask has to be named in the pattern.
    public func contains(_ url: TargetURL) -> Bool {
        var compared = 0
        return contains(url, &compared)
    }

    /// Whether a pattern of the list means a URL.
    ///
    /// - Parameter compared: Is raised by the entries and patterns that are looked at.
    func contains(_ url: TargetURL, _ compared: inout Int) -> Bool {
        if use == .allow, BadPort.contains(url.origin.port) {
            return index.positions(meaning: url, &compared).contains { patterns[$0].namesPort }
        }
        if isUniversal { return true }
        if patterns.isEmpty { return false }
        return !index.positions(meaning: url, atMost: 1, &compared).isEmpty
    }

    /// Whether two lists have the same patterns.
    public static func == (left: TargetPatternSet, right: TargetPatternSet) -> Bool {
        left === right || left.use == right.use && left.patterns == right.patterns
    }
}
