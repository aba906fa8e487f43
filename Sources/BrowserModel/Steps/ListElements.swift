import Text

/// The elements of a comma-separated list in a field of an answer.
enum ListElements {
    /// Reads a list of tokens; nil where one of them is none.
    ///
    /// - Parameter value: The value of a field; nil, a field that is absent, is an empty list.
    /// - SeeAlso: Fetch §2.2.2 (extract header list values).
    static func tokens(_ value: String?) -> [String]? {
        let elements = (value ?? "").split(separator: ",").map(OptionalWhitespace.trimmed)
            .filter { !$0.isEmpty }
        return elements.allSatisfy(HTTPToken.isValid) ? elements.map(String.init) : nil
    }
}
