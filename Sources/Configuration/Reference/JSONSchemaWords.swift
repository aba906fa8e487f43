/// What kinds of value a schema takes, in words.
extension JSONSchema {
    /// A schema's object of known keys, and how it may be written.
    struct SectionForm {
        let schema: JSONSchema
        let isList: Bool
        let phrase: String
    }

    /// The object of known keys that a value is, or holds one or more of; nil for other values.
    var section: SectionForm? {
        if self["properties"] != nil { return SectionForm(schema: self, isList: false, phrase: "object") }
        if let items = self["items"], items["properties"] != nil {
            return SectionForm(schema: items, isList: true, phrase: "list of objects")
        }
        guard case .list(let forms) = self["anyOf"], let first = forms.first, first["properties"] != nil
        else { return nil }
        let others = forms.dropFirst().map { $0.section?.isList == true ? "a list of such" : $0.valueText }
        let phrase = (["object"] + others).joined(separator: ", or ")
        return SectionForm(schema: first, isList: false, phrase: phrase)
    }

    /// The values in a few words of Markdown.
    var valueText: String {
        if let title = self["title"]?.stringValue { return title.escapedInMarkdown }
        if case .list(let forms) = self["anyOf"] {
            return forms.map(\.valueText).joined(separator: ", or ")
        }
        if let value = self["const"] { return "`\(value.text())`" }
        if case .list(let choices) = self["enum"] {
            return choices.map { "`\($0.text())`" }.joined(separator: ", ")
        }
        if case .list(let types) = self["type"] {
            return types.compactMap(\.stringValue).map(Self.noun).joined(separator: ", or ")
        }
        switch self["type"]?.stringValue {
        case "integer": return "whole number\(range)"
        case "array": return "list of \(self["items"]?.plural ?? "values")"
        case "object": return "object of names and strings"
        case .some(let type): return Self.noun(type)
        case nil: return "any"
        }
    }

    private var plural: String {
        valueText == "string" ? "strings" : valueText
    }

    private var range: String {
        switch (self["minimum"], self["maximum"]) {
        case (.integer(let low), .integer(let high)): ", \(low) to \(high)"
        case (.integer(let low), _): ", at least \(low)"
        default: ""
        }
    }

    private static func noun(_ type: String) -> String {
        switch type {
        case "null": "`null`"
        case "boolean": "`true` or `false`"
        default: type
        }
    }

    /// The text of a string.
    var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}

extension String {
    /// The text as a cell of a table shows it as it is.
    var escapedInMarkdown: String {
        var text = ""
        for character in self {
            if "*|<_[]`".contains(character) { text.append("\\") }
            text.append(character)
        }
        return text
    }
}
