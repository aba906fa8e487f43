/// Why a target pattern of the configuration is refused.
public struct TargetPatternError: Error, Sendable, Hashable {
    /// What is wrong, with the offending part in quotes.
    public let message: String
    /// What to write instead.
    public let mend: String

    static func unknownScheme(_ name: Substring) -> TargetPatternError {
        TargetPatternError(
            message: "The scheme \"\(name)\" is never forwarded.",
            mend: "Write \"http://\", \"https://\", or no scheme to mean both."
        )
    }

    static func invalidPort(_ text: Substring) -> TargetPatternError {
        TargetPatternError(
            message: "\"\(text)\" is no port.",
            mend: "Write a number from 1 to 65535, or \"*\" for any port."
        )
    }

    static func holdsQuery(_ path: Substring) -> TargetPatternError {
        TargetPatternError(
            message: "The path \"\(path)\" holds a query or a fragment, which are never compared.",
            mend: "Leave out \"?\" and \"#\" and what follows."
        )
    }

    static func ambiguousPath(_ path: Substring) -> TargetPatternError {
        TargetPatternError(
            message: "The path \"\(path)\" holds a dot segment, a \"\\\" or a double encoding.",
            mend: "Write the path that is left when these are resolved."
        )
    }

    static func foreignByte(_ path: Substring) -> TargetPatternError {
        TargetPatternError(
            message: "The path \"\(path)\" holds a space or a character outside ASCII.",
            mend: "Percent-encode it, as it is in a request."
        )
    }

    static let tooManyStars = TargetPatternError(
        message: "More than two stars stand in a row.",
        mend: "Write \"*\" for a part of a segment, \"**\" for any number of segments."
    )

    static let rootOnly = TargetPatternError(
        message: "The path \"/\" would match the root alone.",
        mend: "Leave the slash off, or write \"/**\", to mean every path."
    )
}
