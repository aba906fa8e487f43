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

    /// The URLs that the page is told of.
    public struct Trace: Sendable {
        let requested: TargetURL
        let final: TargetURL

        /// Makes a trace of URLs that may be shown.
        public init(requested: TargetURL, final: TargetURL) {
            self.requested = requested
            self.final = final
        }
    }

    private let decision: CORSDecision?
    private let edits: FieldEdits
    private let headerRules: [HeaderRule]
    private let cookies: [String]
    private let screen: SecretScreen
    private let targetScreen: SecretScreen
    private let ruleScreen: SecretScreen
    private let trace: Trace?
    private let isSandboxed: Bool
    private let realmMark: String?
    private let hasBecomeGet: Bool
    private let redirects: [FollowedRedirect]
    private let destination: FetchDestination
    private let pseudonym: String
    private let requestID: RequestID?

    /// Collects what the rewriting depends on.
    ///
    /// - Parameters:
    ///   - headerRules: Those whose pattern matches the target.
    ///   - cookies: The values of Set-Cookie that are sent.
    ///   - screen: What nothing in the head may repeat.
    ///   - targetScreen: The same of a hidden target's place.
    ///   - ruleScreen: The same of header rules that the request has met.
    ///   - trace: nil where the target is not to be shown.
    ///   - isSandboxed: Whether the target's pages must not run as the proxy's origin.
    ///   - realmMark: What realms of Basic challenges start with, where the browser takes other targets for the same
    ///     origin.
    ///   - hasBecomeGet: Whether a redirect that was followed has changed the method.
    ///   - destination: The request's Sec-Fetch-Dest.
    ///   - pseudonym: This process's name in Via.
    ///   - requestID: What X-Request-Id says, whatever the upstream's said.
    public init(
        decision: CORSDecision?,
        edits: FieldEdits,
        headerRules: [HeaderRule],
        cookies: [String],
        screen: SecretScreen,
        targetScreen: SecretScreen = .none,
        ruleScreen: SecretScreen = .none,
        trace: Trace?,
        isSandboxed: Bool,
        realmMark: String? = nil,
        hasBecomeGet: Bool = false,
        redirects: [FollowedRedirect],
        destination: FetchDestination,
        pseudonym: String,
        requestID: RequestID? = nil
    ) {
        self.decision = decision
        self.edits = edits
        self.headerRules = headerRules
        self.cookies = cookies
        self.screen = screen
        self.targetScreen = targetScreen
        self.ruleScreen = ruleScreen
        self.trace = trace
        self.isSandboxed = isSandboxed
        self.realmMark = realmMark
        self.hasBecomeGet = hasBecomeGet
        self.redirects = redirects
        self.destination = destination
        self.pseudonym = pseudonym
        self.requestID = requestID
    }

    /// Rewrites a head in place.
    ///
    /// The screen comes last: behind it only fields follow whose values are the proxy's own.
    ///
    /// - Parameter location: What becomes of Location.
    public func apply(to head: inout ResponseHead, location: LocationEdit = .keep) {
        if hasBecomeGet, RedirectRule.isRedirect(head.status) {
            // The browser knows nothing of the change: after 307 it would send its own method and body again.
            head.status = 303
            head.reason = "See Other"
        }
        head.fields.removeHopByHopFields()
        let isShared = decision?.mayEmbed == true
        head.fields.removeAll { field in
            field.isDroppedFromResponses || isSandboxed && field.actsOnOrigin
                || isShared && field == .crossOriginResourcePolicy
        }
        if isSandboxed { head.fields.removeUnknown(wherePrefixed: KnownField.originFamilies) }
        if let realmMark { head.fields.edit(.wwwAuthenticate) { BasicChallenge.edit($0, for: realmMark) } }
        head.fields.removeAll(wherePrefixed: "access-control-")
        if let requestID { head.fields.append(.xRequestId) { requestID.write(to: &$0) } }
        edits.apply(to: &head.fields)
        for rule in headerRules { rule.responseEdits.apply(to: &head.fields) }
        for cookie in cookies { head.fields.append(.setCookie, cookie) }
        switch location {
        case .keep: break
        case .drop: head.fields.remove(.location)
        case .set(let text):
            head.fields.remove(.location)
            head.fields.append(.location, text)
        }
        head.fields.append(.via) { bytes in
            bytes.append(contentsOf: "1.1 ".utf8)
            bytes.append(contentsOf: pseudonym.utf8)
        }
        appendTrace(to: &head.fields)
        screen.clean(&head)
        targetScreen.clean(&head)
        ruleScreen.clean(&head)
        appendSafety(to: &head.fields)
        if let decision {
            head.fields.apply(decision, status: head.status, redirectsFollowed: redirects.count)
        }
    }

    private func appendTrace(to fields: inout FieldSection) {
        fields.removeAll { $0 == .xRequestURL || $0 == .xFinalURL || $0 == .xCorswayError }
        fields.removeAll(wherePrefixed: "x-cors-redirect-")
        guard let trace else { return }
        fields.append(.xRequestURL) { trace.requested.write(to: &$0) }
        for (index, redirect) in redirects.enumerated() {
            fields.append(
                name: "X-CORS-Redirect-\(index + 1)",
                value: "\(redirect.status) \(redirect.target.serialized)"
            )
        }
        fields.append(.xFinalURL) { trace.final.write(to: &$0) }
    }

    /// Keeps a target's HTML from running as the proxy's own origin, which all targets share.
    private func appendSafety(to fields: inout FieldSection) {
        if isSandboxed {
            fields.append(.contentSecurityPolicy, FetchDestination.contentSecurityPolicy)
        }
        if isSandboxed, destination.isRendered {
            fields.remove(.xContentTypeOptions)
            fields.append(.xContentTypeOptions, "nosniff")
        }
        if decision?.mayEmbed == true {
            fields.remove(.crossOriginResourcePolicy)
            fields.append(.crossOriginResourcePolicy, "cross-origin")
        }
    }
}
