import HTTPTypes

/// Which request headers a policy lets a page set.
struct RequestHeaderRule: Sendable {
    /// The answer to the names that a preflight asked for.
    struct Answer: Sendable {
        /// `Access-Control-Allow-Headers`, where there is anything to allow.
        var field: HTTPField?
        /// The first name that the browser will object to.
        var deniedName: String?
    }

    private let allowsAny: Bool
    let reflects: Bool
    private let names: Set<String>
    private let constantField: HTTPField?
    private let fieldWithLastEventID: HTTPField?

    /// The browser itself sets it when an event stream is taken up again.
    private static let lastEventID = "last-event-id"
    /// `*` never covers it (Fetch §2.2.2, CORS non-wildcard request-header name).
    private static let authorization = "authorization"

    init(_ configuration: CORSConfiguration, findings: inout Findings) {
        let texts = configuration.allowedHeaders
        let list = FieldNameRules.compileRequestNames(texts, findings: &findings)
        allowsAny = texts.contains("*")
        reflects = allowsAny && configuration.allowCredentials
        names = Set(list)
        if allowsAny, !names.contains(Self.authorization) {
            findings.warn(
                "allowedHeaders",
                #""*" does not cover Authorization."#,
                mend: #"Write ["*", "Authorization"] if pages send it."#
            )
        }
        let values = allowsAny ? ["*"] + list.filter { $0 == Self.authorization } : list
        constantField = reflects ? nil : Self.field(values)
        let isListed = allowsAny || names.contains(Self.lastEventID)
        fieldWithLastEventID = isListed ? constantField : Self.field(values + [Self.lastEventID])
    }

    /// Whether a header is allowed for which browsers ask first.
    var needsPreflight: Bool { allowsAny || !names.isEmpty }

    /// Answers a preflight.
    ///
    /// - Parameter requested: Lower-case names; nil where what was asked for is malformed.
    /// - Returns: The field to answer with, and the name that the browser will stop at.
    func answer(to requested: [String]?) -> Answer {
        guard let requested else { return Answer() }
        let deniedName = requested.first { !allows($0) }
        guard reflects else {
            let asksForEventID = requested.contains(Self.lastEventID)
            return Answer(
                field: asksForEventID ? fieldWithLastEventID : constantField,
                deniedName: deniedName
            )
        }
        // With credentials "*" is a header of that name (Fetch §4.8), so those asked for are named.
        guard !requested.contains(where: FieldNameRules.isForbiddenInRequests) else {
            return Answer(deniedName: deniedName)
        }
        return Answer(field: Self.field(requested.filter(allows)), deniedName: deniedName)
    }

    private func allows(_ name: String) -> Bool {
        if names.contains(name) || name == Self.lastEventID { return true }
        return allowsAny && name != Self.authorization && !FieldNameRules.isForbiddenInRequests(name)
    }

    private static func field(_ values: [String]) -> HTTPField? {
        values.isEmpty
            ? nil : HTTPField(name: .accessControlAllowHeaders, value: values.joined(separator: ","))
    }
}
