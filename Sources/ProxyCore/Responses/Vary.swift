import HTTPSyntax
import Text

/// The Vary field: which request fields the choice of a response depends on.
///
/// - SeeAlso: RFC 9110 §12.5.5.
public enum Vary {
    /// As many are compared each with each; beyond, a set keeps the work in proportion to what was sent.
    private static let fewNames = 8

    /// Returns the value of the one Vary field that stands for an upstream's and for `names`.
    ///
    /// `*` says more than any list and stays alone. Names are compared without regard to case, the first
    /// spelling wins. What is no field name is left out: nothing can vary by it.
    ///
    /// - Parameters:
    ///   - elements: The elements of all the upstream's Vary lines, trimmed.
    ///   - names: What the proxy's own answer depends on, for example `Origin`.
    /// - Returns: The value; empty where there is nothing to name.
    public static func merged(_ elements: [ArraySlice<UInt8>], adding names: [String]) -> String {
        guard !elements.contains(where: { $0.elementsEqual("*".utf8) }), !names.contains("*") else {
            return "*"
        }
        var kept: [ArraySlice<UInt8>] = []
        var known: Set<[UInt8]> = []
        for element in elements + names.map({ Array($0.utf8)[...] }) where HTTPToken.isValid(element) {
            if kept.count < fewNames {
                if !kept.contains(where: { $0.span.equalsIgnoringCase(element.span) }) {
                    kept.append(element)
                }
            } else {
                if known.isEmpty { known = Set(kept.map { $0.map(\.lowercased) }) }
                if known.insert(element.map(\.lowercased)).inserted { kept.append(element) }
            }
        }
        return kept.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
    }
}
