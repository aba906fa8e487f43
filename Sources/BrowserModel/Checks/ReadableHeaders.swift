/// Which headers of a response a script can read.
///
/// - SeeAlso: Fetch §2.2.6 (CORS filtered response).
enum ReadableHeaders {
    private static let safelisted: Set<String> = [
        "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified",
        "pragma",
    ]
    private static let forbidden: Set<String> = ["set-cookie", "set-cookie2"]

    /// Splits the names of a response's fields, in lower case and sorted, into those that a script sees and others.
    static func split(
        _ answer: WireAnswer,
        isCrossOrigin: Bool,
        credentials: PageRequest.Credentials
    ) -> (readable: [String], hidden: [String]) {
        let names = Set(answer.fields.map { $0.name.lowercased() }).sorted()
        // A list with a bad element counts for nothing.
        let exposed =
            ListElements.tokens(answer.value(of: "Access-Control-Expose-Headers"))?.map { $0.lowercased() }
            ?? []
        let exposesAll = exposed.contains("*") && credentials != .include
        let isReadable = { (name: String) in
            !forbidden.contains(name)
                && (!isCrossOrigin || exposesAll || safelisted.contains(name) || exposed.contains(name))
        }
        return (names.filter(isReadable), names.filter { !isReadable($0) })
    }
}
