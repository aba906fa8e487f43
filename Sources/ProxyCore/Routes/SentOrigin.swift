import HTTPSyntax

/// Which Origin an upstream is sent, where the client sends one.
public enum SentOrigin: String, Sendable, CaseIterable {
    /// That of the page, as the browser says it.
    case page
    /// The target's own, as if a page of its own asked.
    case target
    /// None, as if no page asked.
    case absent = "none"

    /// Changes Origin for a hop to a target; what has none gets none, since browsers tell it of each page that asks.
    func apply(to fields: inout FieldSection, for target: TargetOrigin) {
        guard self != .page, fields.contains(.origin) else { return }
        fields.remove(.origin)
        if self == .target { fields.append(.origin, target.serialized) }
    }
}
