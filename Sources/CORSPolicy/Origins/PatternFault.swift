import Text

/// Why a text is no origin pattern.
struct PatternFault: Error, Sendable, Hashable {
    /// What is wrong, as a sentence.
    let message: String
    /// What to do, as a sentence.
    let mend: String
    /// The pattern that was meant, where only its spelling is wrong.
    let suggestion: OriginPattern?
    /// What the text has that browsers do not write.
    let deviations: [String]

    private init(
        _ message: String,
        mend: String,
        suggestion: OriginPattern? = nil,
        deviations: [String] = []
    ) {
        self.message = message
        self.mend = mend
        self.suggestion = suggestion
        self.deviations = deviations
    }

    /// What `deviations` says as part of a sentence: "a path", "a user name and a path".
    var deviationText: String {
        guard let last = deviations.last, deviations.count > 1 else { return deviations.first ?? "" }
        return deviations.dropLast().joined(separator: ", ") + " and " + last
    }
}

// MARK: Spelling

extension PatternFault {
    /// A text whose meaning is plain but which no browser writes so.
    static func spelling(_ shown: String, _ deviations: [String], meant pattern: OriginPattern)
        -> PatternFault
    {
        let fault = PatternFault("", mend: "", deviations: deviations)
        return PatternFault(
            "\(shown) has \(fault.deviationText), which no browser writes in an origin.",
            mend: "Write \(pattern.text.quoted).",
            suggestion: pattern,
            deviations: deviations
        )
    }

    static func noScheme(_ shown: String, meant pattern: OriginPattern?) -> PatternFault {
        PatternFault(
            "\(shown) has no scheme.",
            mend: pattern.map { "Write \($0.text.quoted)." } ?? writeOrigin,
            suggestion: pattern,
            deviations: ["no scheme"]
        )
    }
}

// MARK: Meaning

extension PatternFault {
    private static let writeOrigin = #"Write scheme://host[:port], for example "https://app.example"."#

    static func noHost(_ shown: String) -> PatternFault {
        PatternFault("\(shown) is no origin.", mend: writeOrigin)
    }

    static func tooLong(_ shown: String) -> PatternFault {
        PatternFault(
            "\(shown) is longer than \(OriginSyntax.maximumLength) bytes, the most that an origin can have.",
            mend: "Remove it."
        )
    }

    static func port(_ shown: String) -> PatternFault {
        PatternFault(
            "\(shown) has no valid port.",
            mend: #"Write a number from 1 to 65535, or "*" for any port."#
        )
    }

    /// Pages of these schemes have an opaque origin (HTML §7.1.1), which is sent as `null`.
    static func opaque(_ shown: String, scheme: String) -> PatternFault {
        PatternFault(
            #"\#(shown) never matches: pages of the scheme \#(scheme) send the origin "null"."#,
            mend: "Serve the pages from http://localhost, or set allowNullOrigin to true."
        )
    }

    static func regularExpression(_ shown: String) -> PatternFault {
        PatternFault(
            "\(shown) looks like a regular expression, and origins are not matched with any.",
            mend: #"Write whole origins, or "https://*.example.com" for subdomains."#
        )
    }
}

// MARK: Wildcards

extension PatternFault {
    static func wildcard(_ shown: String) -> PatternFault {
        PatternFault(
            #"\#(shown) has a "*" that is neither the first label of the host nor the whole port."#,
            mend: #"Write "https://*.example.com" for subdomains, "http://localhost:*" for any port."#
        )
    }

    static func schemeWildcard(_ shown: String) -> PatternFault {
        PatternFault(
            #"\#(shown) has a "*" in its scheme, which would let unencrypted pages in."#,
            mend: "Write one entry for each scheme."
        )
    }

    static func wholeScheme(_ shown: String, scheme: String) -> PatternFault {
        PatternFault(
            "\(shown) would stand for every site of the scheme \(scheme).",
            mend: #"Write "*" for any origin, or "\#(scheme)://*.example.com" for subdomains."#
        )
    }

    static func subdomainsOfAddress(_ shown: String) -> PatternFault {
        PatternFault(
            "\(shown) asks for the subdomains of an IP address, which has none.",
            mend: "Write the address alone."
        )
    }

    static func foreignWildcard(_ shown: String, scheme: String) -> PatternFault {
        PatternFault(
            #"\#(shown) has a "*", but origins of the scheme \#(scheme) are matched whole."#,
            mend: "Write each origin out."
        )
    }
}
