/// Why a host pattern of the configuration is refused.
public struct HostPatternError: Error, Sendable, Hashable {
    /// What is wrong, with the pattern in quotes.
    public let message: String
    /// What to write instead.
    public let mend: String

    static func notAHost(_ text: String) -> HostPatternError {
        HostPatternError(
            message: "\"\(text)\" is no host pattern.",
            mend: """
                Write a name, an IPv4 address, an IPv6 address in brackets, \"*.\" before a name for its \
                subdomains, or \"*\" for all hosts.
                """
        )
    }

    static func notCanonical(_ text: String, mend canonical: String) -> HostPatternError {
        HostPatternError(
            message: "\"\(text)\" is not how the host is spelt in a request.",
            mend: "Write \"\(canonical)\"."
        )
    }

    static func holdsMore(_ text: String) -> HostPatternError {
        HostPatternError(
            message: "\"\(text)\" holds more than a host.",
            mend: "Leave scheme and port off; write IPv6 addresses in brackets."
        )
    }
}
