import HTTPTypes
import Text

/// Which response headers a policy lets a page read.
struct ExposedHeaderRule: Sendable {
    let constantField: HTTPField?
    private let constantValue: String

    /// The fields of the proxy's own that any answer may have; those of redirects are numbered.
    private static let ownNames = ["x-corsway-error", "x-final-url", "x-request-id", "x-request-url"]

    init(_ configuration: CORSConfiguration, findings: inout Findings) {
        let texts = configuration.exposedHeaders
        let list = FieldNameRules.compileResponseNames(texts, findings: &findings)
        if texts.contains("*") {
            constantValue = "*"
            constantField =
                configuration.allowCredentials
                ? nil : HTTPField(name: .accessControlExposeHeaders, value: "*")
        } else {
            constantValue = (list + Self.ownNames.filter { !list.contains($0) }).joined(separator: ",")
            constantField = HTTPField(name: .accessControlExposeHeaders, value: constantValue)
        }
    }

    /// Makes the `Access-Control-Expose-Headers` of a response that a page may read.
    ///
    /// - Parameters:
    ///   - status: The status of the response.
    ///   - redirects: How many numbered `X-CORS-Redirect-n` fields it has.
    ///   - sentNames: The names of all its fields; asked for only where they have to be listed.
    /// - Returns: The field, or nil where there is nothing to list.
    func field(status: Int, redirects: Int, sentNames: () -> [String]) -> HTTPField? {
        if let constantField {
            guard redirects > 0, constantValue != "*" else { return constantField }
            let numbered = (1...redirects).map { ",x-cors-redirect-\($0)" }.joined()
            return HTTPField(name: .accessControlExposeHeaders, value: constantValue + numbered)
        }
        // The response stored by the browser has more fields than its 304: the list it came with must stay.
        guard status != 304 else { return nil }
        let names = Set(sentNames().map { $0.lowercased() })
        let readable = names.filter { name in
            HTTPToken.isValid(name.utf8) && !FieldNameRules.isForbiddenInResponses(name)
        }
        guard !readable.isEmpty else { return nil }
        return HTTPField(name: .accessControlExposeHeaders, value: readable.sorted().joined(separator: ","))
    }
}
