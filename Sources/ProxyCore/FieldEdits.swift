import HTTPSyntax

/// Changes to a field section that the configuration asks for.
public struct FieldEdits: Sendable {
    /// Names that are taken out first.
    public let removals: [String]
    /// Fields that then take the place of any of their name.
    public let additions: [(name: String, value: String)]

    /// Makes edits of names and values that have been validated.
    public init(removals: [String], additions: [(name: String, value: String)]) {
        self.removals = removals
        self.additions = additions
    }

    /// Removes first, then sets, so that set wins.
    public func apply(to fields: inout FieldSection) {
        for name in removals {
            fields.remove(named: name)
        }
        for addition in additions {
            fields.remove(named: addition.name)
            fields.append(name: addition.name, value: addition.value)
        }
    }
}
