import HTTPSyntax

/// Changes to a field section that the configuration asks for.
public struct FieldEdits: Sendable {
    /// Names that are taken out first.
    public let removals: [String]
    /// Fields that then take the place of any of their name.
    public let additions: [(name: String, value: String)]
    /// All names, folded.
    private let foldedNames: [[UInt8]]
    /// Those of them that have other octets than letters, digits and hyphens: usual names fold to them.
    private let unusualNames: [[UInt8]]

    /// Makes edits of names and values that have been validated.
    public init(removals: [String], additions: [(name: String, value: String)]) {
        self.removals = removals
        self.additions = additions
        let names = removals + additions.map(\.name)
        foldedNames = names.map { FieldSection.folded($0.utf8) }
        unusualNames = names.filter { FieldSection.isUnusual(name: $0.utf8) }.map {
            FieldSection.folded($0.utf8)
        }
    }

    /// Edits a client's request, and drops what a script behind a gateway could take for one of the fields.
    ///
    /// - Parameter unusual: The folded names of the client's fields that have unusual ones; mostly none.
    public func apply(to fields: inout FieldSection, besides unusual: Set<[UInt8]>) {
        for name in unusualNames { fields.removeAll(foldingTo: name) }
        if !unusual.isEmpty {
            for name in foldedNames where unusual.contains(name) { fields.removeAll(foldingTo: name) }
        }
        apply(to: &fields)
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
