import Text

/// Finds the pattern that a refused origin was most likely meant to match.
enum ClosestPattern {
    /// Says which pattern comes closest and what keeps it from matching; nil where none is close.
    static func text(for origin: String, among set: OriginSet) -> String? {
        var reader = OriginPatternReader(origin) { _ in nil }
        do throws(PatternFault) {
            return difference(of: try reader.read(), among: set)
        } catch {
            guard let meant = error.suggestion, let pattern = set.patterns.first(where: { $0.covers(meant) })
            else {
                return nil
            }
            return sentence(pattern, "the origin has \(error.deviationText)")
        }
    }

    private static func difference(of origin: OriginPattern, among set: OriginSet) -> String? {
        guard case .exact(let host) = origin.host else { return nil }
        if let wider = set.patterns.first(where: { $0.covers(origin) && set.isForeign(origin, to: $0) }) {
            return sentence(wider, "it does not cover \(host), which serves the pages of another route")
        }
        let isLoopback = origin.isLoopback
        let related = set.patterns.filter { $0.isRelated(to: host) || (isLoopback && $0.isLoopback) }
        for candidate in candidates {
            for pattern in related {
                if let reason = candidate(pattern, origin, host) { return sentence(pattern, reason) }
            }
        }
        return nil
    }

    private static func sentence(_ pattern: OriginPattern, _ reason: String) -> String {
        "The closest pattern is \(pattern.text.quoted): \(reason)."
    }

    /// Kinds of difference, the closest first; each gives the reason where it is the only one.
    private typealias Candidate =
        @Sendable (_ pattern: OriginPattern, _ origin: OriginPattern, _ host: String) -> String?

    private static let candidates: [Candidate] = [
        { pattern, origin, _ in
            guard pattern.covers(origin.with(scheme: pattern.scheme)) else { return nil }
            return "its scheme is \(pattern.scheme), the origin's \(origin.scheme)"
        },
        { pattern, origin, _ in
            guard pattern.covers(origin.with(port: pattern.port)) else { return nil }
            return "its port is \(pattern.port.words), the origin's \(origin.port.words)"
        },
        { pattern, origin, host in
            guard case .exact(let name) = pattern.host, pattern.covers(origin.with(host: name)) else {
                return nil
            }
            if host == "www.\(name)" { return #"it does not begin with "www.", the origin does"# }
            return name == "www.\(host)" ? #"it begins with "www.", the origin does not"# : nil
        },
        { pattern, origin, host in
            guard pattern.host == .subdomains(of: host), pattern.covers(origin.with(host: "a.\(host)")) else {
                return nil
            }
            return "it covers the subdomains, not the domain itself"
        },
        { pattern, origin, host in
            guard case .exact(let parent) = pattern.host, host.hasSuffix(".\(parent)"),
                pattern.covers(origin.with(host: parent))
            else { return nil }
            return "it covers the one host, not its subdomains"
        },
        { pattern, origin, host in
            guard case .exact(let other) = pattern.host, pattern.isLoopback, origin.isLoopback,
                pattern.covers(origin.with(host: other))
            else { return nil }
            return "\(other) and \(host) are different hosts to a browser"
        },
    ]
}

extension OriginPattern {
    /// Whether one of the two hosts ends in the other, so that a closer look may be worth its time.
    fileprivate func isRelated(to host: String) -> Bool {
        switch self.host {
        case .exact(let name), .subdomains(of: let name): name.hasSuffix(host) || host.hasSuffix(name)
        case .any: false
        }
    }

    fileprivate func with(scheme: String) -> OriginPattern {
        OriginPattern(scheme: scheme, host: host, port: port)
    }

    fileprivate func with(host: String) -> OriginPattern {
        OriginPattern(scheme: scheme, host: .exact(host), port: port)
    }

    fileprivate func with(port: Port) -> OriginPattern {
        OriginPattern(scheme: scheme, host: host, port: port)
    }
}

extension OriginPattern.Port {
    /// The port as part of a sentence.
    fileprivate var words: String {
        switch self {
        case .implicit: "the default"
        case .number(let number): String(number)
        case .any: "any"
        }
    }
}
