import HTTPSyntax
import HTTPTypes

/// Header edits for the messages to and from certain targets; one object that all requests share.
public final class HeaderRule: Sendable {
    let pattern: TargetPattern
    let methods: [String]?
    /// Changes to what is sent upstream.
    public let requestEdits: FieldEdits
    /// Changes to what is sent downstream.
    public let responseEdits: FieldEdits
    /// Whether requests that meet the rule are given a secret.
    public let addsSecrets: Bool

    /// Makes a rule; without methods it is for all.
    public init(
        pattern: TargetPattern,
        methods: [String]?,
        requestEdits: FieldEdits,
        responseEdits: FieldEdits,
        addsSecrets: Bool = false
    ) {
        self.addsSecrets = addsSecrets
        self.pattern = pattern
        self.methods = methods
        self.requestEdits = requestEdits
        self.responseEdits = responseEdits
    }
}

/// All header rules, in order, compiled so that those for a target are found at the same cost whatever their number.
public struct HeaderRules: Sendable {
    private let rules: [HeaderRule]
    private let index: TargetPatternIndex

    /// Compiles a list.
    public init(_ rules: [HeaderRule]) {
        self.rules = rules
        index = TargetPatternIndex(rules.map(\.pattern), for: .allow)
    }

    /// The rules for requests of a method to a URL, in the order of the list.
    public func matching(_ url: TargetURL, _ method: HTTPRequest.Method) -> [HeaderRule] {
        if rules.isEmpty { return [] }
        var compared = 0
        return matching(url, method, &compared)
    }

    func matching(_ url: TargetURL, _ method: HTTPRequest.Method, _ compared: inout Int) -> [HeaderRule] {
        let positions = index.positions(meaning: url, &compared)
        return positions.sorted().map { rules[$0] }.filter {
            $0.methods?.contains(method.rawValue) != false
        }
    }
}
