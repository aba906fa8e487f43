import CORSPolicy
import HTTPSyntax

/// How the head of an upstream's response becomes the head that the page gets.
public struct ResponseRewrite {
    /// One redirect that was followed here.
    public struct FollowedRedirect: Sendable {
        /// Its status.
        public let status: Int
        /// Where it led.
        public let target: TargetURL

        /// Remembers a redirect.
        public init(status: Int, target: TargetURL) {
            self.status = status
            self.target = target
        }
    }

    private let decision: CORSDecision?
    private let edits: FieldEdits?
    private let requested: TargetURL
    private let final: TargetURL
    private let redirects: [FollowedRedirect]
    private let destination: FetchDestination
    private let pseudonym: String

    /// Collects what the rewriting depends on.
    ///
    /// - Parameters:
    ///   - destination: The request's Sec-Fetch-Dest.
    ///   - pseudonym: This process's name in Via.
    public init(
        decision: CORSDecision?,
        edits: FieldEdits?,
        requested: TargetURL,
        final: TargetURL,
        redirects: [FollowedRedirect],
        destination: FetchDestination,
        pseudonym: String
    ) {
        self.decision = decision
        self.edits = edits
        self.requested = requested
        self.final = final
        self.redirects = redirects
        self.destination = destination
        self.pseudonym = pseudonym
    }

    /// Rewrites a head in place.
    ///
    /// - Parameter location: What Location is to say instead, where it is to be changed.
    public func apply(to head: inout ResponseHead, location: String? = nil) {
        head.fields.removeHopByHopFields()
        let isShared = decision?.mayShare == true
        head.fields.removeAll { field in
            field.isDroppedFromResponses || isShared && field == .crossOriginResourcePolicy
        }
        head.fields.removeAll(wherePrefixed: "access-control-")
        edits?.apply(to: &head.fields)
        if let location {
            head.fields.remove(.location)
            head.fields.append(.location, location)
        }
        head.fields.append(.via, "1.1 \(pseudonym)")
        appendTrace(to: &head.fields)
        appendSafety(to: &head.fields)
        if let decision {
            head.fields.apply(decision, status: head.status, redirectsFollowed: redirects.count)
        }
    }

    private func appendTrace(to fields: inout FieldSection) {
        fields.removeAll { $0 == .xRequestURL || $0 == .xFinalURL || $0 == .xCorswayError }
        fields.removeAll(wherePrefixed: "x-cors-redirect-")
        fields.append(.xRequestURL, requested.serialized)
        for (index, redirect) in redirects.enumerated() {
            fields.append(
                name: "X-CORS-Redirect-\(index + 1)",
                value: "\(redirect.status) \(redirect.target.serialized)"
            )
        }
        fields.append(.xFinalURL, final.serialized)
    }

    /// Keeps a target's HTML from running as the proxy's own origin, which all targets share.
    private func appendSafety(to fields: inout FieldSection) {
        fields.append(.contentSecurityPolicy, FetchDestination.contentSecurityPolicy)
        if destination.isRendered {
            fields.remove(.xContentTypeOptions)
            fields.append(.xContentTypeOptions, "nosniff")
        }
        if decision?.mayShare == true {
            fields.append(.crossOriginResourcePolicy, "cross-origin")
        }
    }
}
