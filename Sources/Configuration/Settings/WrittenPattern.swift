import ProxyCore
import Text

/// A target pattern, as the configuration has it and as it was read.
public struct WrittenPattern: Sendable, Equatable {
    /// As it was written.
    public let text: String
    /// What it means.
    public let pattern: TargetPattern

    /// The host as it was written; an IPv6 address in brackets.
    var host: String {
        let rest = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        return String(HostAndPort(rest.prefix { $0 != "/" }).host)
    }

    /// The pattern `*`, for every target.
    static let all = WrittenPattern(text: "*", pattern: .all)

    /// Stands where none was read; a configuration with it is refused.
    static let missing = WrittenPattern(text: "", pattern: .all)
}

extension TextFormat where Value == WrittenPattern {
    /// A pattern of targets.
    static let targetPattern = TextFormat(
        due: "a target pattern",
        parse: { text, _ throws(Fault) in
            do throws(TargetPatternError) {
                return WrittenPattern(text: text, pattern: try TargetPattern(parsing: text))
            } catch {
                throw Fault(error.message, mend: error.mend)
            }
        },
        text: \.text
    )
}
