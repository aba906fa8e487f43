import CORSPolicy
import Text

/// How many requests are let through: a bucket of tokens for each client.
public struct RateSettings: Sendable, Equatable {
    /// What tells clients apart.
    public enum ClientIdentity: String, Sendable, CaseIterable {
        /// The address; of IPv6 its /64.
        case ip
        /// The value of Origin.
        case origin
        /// The X-Proxy-Key that was accepted.
        case clientKey
    }

    /// A host that is never limited, by the rules of CORSANYWHERE_RATELIMIT.
    public enum ExemptHost: Sendable, Equatable {
        /// The host itself.
        case literal(String)
        /// A regular expression for the whole host.
        case expression(HostExpression)
    }

    /// The tokens that are added in each period; 0 lets the exempt ones through only.
    public var requests = 100
    /// The period.
    public var per = Duration.seconds(60)
    /// The tokens that a bucket holds, and so how many requests may come at once; 0 stands for `requests`.
    public var burst = 0
    /// What tells clients apart.
    public var key = ClientIdentity.ip
    /// Patterns of origins that are never limited.
    public var exempt: [String] = []
    /// What `exempt` was compiled to, once; nil where it is empty.
    public internal(set) var exemptOrigins = Compiled<OriginSet?>(nil)
    /// Hosts whose origins are never limited: the host of Origin with its port, as a whole, in any case.
    public var exemptHosts: [ExemptHost] = []
}

extension RateSettings {
    static let section = Section<RateSettings>([
        Key(
            "requests",
            \.requests,
            .integer(in: 0...1_000_000_000),
            "Requests that each client is granted in a period; 0 lets the exempt ones through only.",
            isRequired: true
        ),
        Key(
            "per",
            \.per,
            .duration(in: .milliseconds(1)...Duration.day),
            "The time in which so many requests are granted."
        ),
        Key(
            "burst",
            \.burst,
            .integer(in: 0...1_000_000_000),
            "Requests that may come at once; 0 is as many as requests."
        ),
        Key("key", \.key, .choice(), "What tells clients apart; ip takes IPv6 by /64."),
        Key(
            "exempt",
            \.exempt,
            .list(of: .any("an origin")),
            "Origins that are never limited, as in cors.allowedOrigins."
        ),
    ])

    /// Reads the variable of cors-anywhere: requests, minutes, and perhaps hosts or `/expressions/`.
    init(corsAnywhere text: String) throws(Fault) {
        let words = text.split(separator: " ")
        guard words.count >= 2, let requests = words[0].asCount, let minutes = words[1].asCount,
            (1...525_600).contains(minutes)
        else {
            throw Fault(
                "\(text.quoted) is no rate limit.",
                mend: "Write requests, minutes and perhaps hosts, such as \"50 3 app.example.com\"."
            )
        }
        self.requests = requests
        per = .seconds(60 * minutes)
        key = .origin
        for word in words.dropFirst(2) { exemptHosts.append(try ExemptHost(String(word))) }
    }
}

extension RateSettings.ExemptHost {
    fileprivate init(_ text: String) throws(Fault) {
        guard text.hasPrefix("/") || text.hasSuffix("/") else {
            self = .literal(text)
            return
        }
        guard text.count > 2, text.hasPrefix("/"), text.hasSuffix("/") else {
            throw Fault(
                "\(text.quoted) lacks a slash or what stands between the slashes.",
                mend: "Write a regular expression as \"/.*\\.example\\.com/\"."
            )
        }
        guard let expression = HostExpression(String(text.dropFirst().dropLast())) else {
            throw Fault("\(text.quoted) is no regular expression.", mend: "Correct it.")
        }
        self = .expression(expression)
    }
}

extension Substring {
    /// The decimal number up to a milliard that the text is; nil for other text.
    fileprivate var asCount: Int? {
        guard utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(self), number <= 1_000_000_000
        else { return nil }
        return number
    }
}
