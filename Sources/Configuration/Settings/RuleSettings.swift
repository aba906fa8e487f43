/// What is done to the header fields of messages to and from certain targets, in prefix form and routes alike.
public struct RuleSettings: Sendable, Equatable {
    /// A target pattern, as in `prefix.targets`.
    public var url = WrittenPattern.missing
    /// The methods it is for, as they stand on the wire; nil for all.
    public var methods: [String]?
    /// What is done to the fields of a request before it is forwarded.
    public var request = FieldRules()
    /// What is done to the fields of a response before the policy writes its own.
    public var response = FieldRules()
}

extension RuleSettings {
    static let section = Section<RuleSettings>([
        Key("match", \.self, .section(matchSection), "The messages that the rule is for.", isRequired: true),
        Key(
            "request",
            \.request,
            .section(FieldRules.section(for: .request)),
            "Headers of requests to set or remove; some of them no script could set, such as Referer."
        ),
        Key(
            "response",
            \.response,
            .section(FieldRules.section(for: .response)),
            "Headers of responses to set or remove."
        ),
    ])

    private static let matchSection = Section<RuleSettings>([
        Key(
            "url",
            \.url,
            .text(.targetPattern),
            "A pattern of target URLs, as in prefix.targets.",
            isRequired: true
        ),
        Key("methods", \.methods, .methods, "The methods that the rule is for; \"*\" is all."),
    ])
}
