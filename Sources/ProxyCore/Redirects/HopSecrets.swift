/// What neither the client nor another target may be told of one request: the secrets that it may have been given.
struct HopSecrets: Sendable {
    private let rules: ForwardRules
    private let allRules: ProxyRules
    /// Whether a header rule has given the request a secret, at this hop or an earlier one.
    private var hasMetHeaderRule = false

    /// Begins with the secrets of the rules by which a request is forwarded.
    init(of rules: ForwardRules, _ allRules: ProxyRules) {
        self.rules = rules
        self.allRules = allRules
    }

    /// A header rule has given the request a secret: those of all such rules count from now on.
    mutating func noteHeaderRule() {
        hasMetHeaderRule = true
    }

    /// The secrets of header rules, where the request has met one.
    var ruleScreen: SecretScreen { hasMetHeaderRule ? allRules.ruleScreen : .none }

    /// Whether a text would tell a client a secret, or where a hidden target lies.
    func mayNotTell(_ text: String) -> Bool {
        repeats(text) || rules.targetScreen.finds(in: text)
    }

    /// The same of the value of a field.
    func mayNotTell(_ text: ArraySlice<UInt8>) -> Bool {
        rules.screen.finds(in: text) || rules.targetScreen.finds(in: text) || ruleScreen.finds(in: text)
    }

    /// Whether a text holds a secret that this request may have been given.
    func repeats(_ text: String) -> Bool {
        rules.screen.finds(in: text) || ruleScreen.finds(in: text)
    }
}
