/// What is done to the header fields of messages to and from certain targets, in prefix form and routes alike.
public struct RuleSettings: Sendable, Equatable {
    /// A target pattern, as in `prefix.targets`.
    public var url = ""
    /// The methods it is for, as they stand on the wire; nil for all.
    public var methods: [String]?
    /// What is done to the fields of a request before it is forwarded.
    public var request = FieldRules()
    /// What is done to the fields of a response before the policy writes its own.
    public var response = FieldRules()
}
