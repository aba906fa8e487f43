import CORSPolicy
import HTTPSyntax
import HTTPTypes

/// The way of one request through its hops: what is asked now, which redirects led there, and what the client is
/// told of it.
///
/// One object a request, which would be copied again and again as a structure: it holds all that is known of the hops.
/// It knows no sockets and no time. What was meant for one target alone stays behind where a redirect leads
/// elsewhere: credentials, cookies, fields and parameters that the configuration sets, a route's certificate.
public final class HopSequence {
    /// What to do with the head of a response.
    public enum Verdict: Sendable {
        /// Send it to the client.
        case handBack(location: LocationEdit)
        /// Ask `current`, which is now the redirect's target.
        case follow
        /// The redirect leads where nothing may be asked.
        case refuse(ProxyError)
    }

    /// The next request to send.
    public private(set) var current: UpstreamRequest
    /// Where the client's request goes, and by which rules.
    public let destination: Destination
    /// Whether no redirect has led elsewhere yet: what was meant for the first target stays behind for good.
    public private(set) var isAtHome = true
    private let allRules: ProxyRules
    private let client: ClientRequest
    private let base: PublicBase
    private let fetchDestination: FetchDestination
    private let hasAuthorization: Bool
    private let firstMethod: HTTPRequest.Method
    private let sentOrigin: SentOrigin
    private var cookies: CookieScope?
    private var replay: ReplayBuffer
    /// Whether the client has sent its whole request.
    private var isRequestComplete: Bool
    /// Those for `current`.
    private var headerRules: [HeaderRule]
    /// What redirects that were followed have set.
    private var setCookies: [String] = []
    private var followed: [ResponseRewrite.FollowedRedirect] = []
    private var secrets: HopSecrets

    /// Begins with a client's request.
    ///
    /// - Parameters:
    ///   - client: Who asks and from where.
    ///   - rules: Those of the whole configuration.
    ///   - pseudonym: This process's name in Via.
    ///   - addsForwarded: Whether the upstream is told of the client by X-Forwarded fields.
    public init(
        _ head: consuming RequestHead,
        length: BodyLength,
        to destination: Destination,
        from client: ClientRequest,
        rules: ProxyRules,
        pseudonym: String,
        addsForwarded: Bool
    ) {
        self.client = client
        self.destination = destination
        base = rules.publicBase(head.fields, from: client)
        allRules = rules
        secrets = HopSecrets(of: destination.rules, rules)
        fetchDestination = FetchDestination(head.fields.value(of: .secFetchDest))
        hasAuthorization = head.fields.contains(.authorization)
        firstMethod = head.method
        sentOrigin = destination.rules.originRule.sentOrigin(
            isHandshake: destination.webSocket != nil,
            from: client.origin.text
        )
        let isBare = rules.withholdsCredentials(of: head, to: destination, from: client)
        cookies = isBare ? nil : rules.cookieScope(of: destination, at: destination.target, base)
        let cookie = cookies?.cookie(from: head.fields.strings(of: .cookie))
        replay = ReplayBuffer(keeps: length != .none && destination.rules.followsRedirects)
        isRequestComplete = length == .none
        current = UpstreamRequest(
            head,
            length: length,
            target: destination.target,
            from: client,
            pseudonym: pseudonym,
            addsForwarded: addsForwarded
        )
        destination.webSocket?.removeKeys(from: &current.fields)
        headerRules = rules.headerRules.matching(current.target, current.method)
        if let cookie { current.fields.append(.cookie, cookie) }
        if isBare { current.fields.remove(.authorization) }
        sentOrigin.apply(to: &current.fields, for: current.target.origin)
        destination.rules.requestEdits.apply(to: &current.fields, besides: current.unusualNames)
        applyHeaderRules()
        destination.webSocket?.complete(&current.fields)
    }

    private var rules: ForwardRules { destination.rules }

    private func applyHeaderRules() {
        for rule in headerRules {
            rule.requestEdits.apply(to: &current.fields, besides: current.unusualNames)
            if rule.addsSecrets { secrets.noteHeaderRule() }
        }
    }

    // MARK: The request's body

    /// Takes note of a piece of the request's body, which a redirect may want again.
    public func keep(_ piece: ArraySlice<UInt8>) {
        replay.append(piece)
    }

    /// The request's body is complete.
    public func requestEnded() {
        isRequestComplete = true
        replay.isComplete = true
    }

    /// The whole body of `current` where a redirect was followed that keeps it, nil where it has none.
    public var replayedBody: ArraySlice<UInt8>? {
        current.length == .none ? nil : replay.bytes[...]
    }

    // MARK: Redirects

    /// Decides about a response, by Fetch's rules for redirects where it is one.
    ///
    /// - Parameter resolve: Resolves Location against `current`'s target.
    public func verdict(on head: ResponseHead, resolve: LocationResolver) -> Verdict {
        guard RedirectRule.isRedirect(head.status), let location = head.fields.value(of: .location) else {
            return .handBack(location: .keep)
        }
        // What passes untouched must still not tell what was set in the query.
        if rules.redirects == .pass, !secrets.mayNotTell(location) { return .handBack(location: .keep) }
        let next: TargetURL
        do throws(LocationError) {
            next = try resolve(location, current.target)
        } catch {
            // What is no URL at all goes back as it is; a URL of another kind must not be asked.
            switch error {
            case .scheme where rules.followsRedirects && destination.webSocket == nil:
                return .refuse(.badRedirect(current.target, isScheme: true))
            case .credentials where rules.followsRedirects:
                return .refuse(.badRedirect(current.target, isScheme: false))
            case .scheme, .credentials, .invalid: return .handBack(location: .keep)
            }
        }
        if rules.redirects != .pass, !allRules.mayLead(to: next, from: destination) {
            return .refuse(allRules.targetDenied(next))
        }
        // Browsers follow no redirect of a handshake.
        guard destination.webSocket == nil, case .follow(let maximum, _) = rules.redirects,
            followed.count < maximum, isRequestComplete,
            let rule = RedirectRule(
                status: head.status,
                method: current.method,
                from: current.target.origin,
                to: next.origin
            ),
            rule.body == .dropped || current.length == .none || replay.isUsable
        else { return .handBack(location: browserLocation(of: next)) }
        // What one target has been given is no other's to know.
        if rule.crossesOrigins, secrets.repeats(shown(next).serialized) { return .handBack(location: .drop) }
        switch allRules.reach(of: next, by: rule.method, from: destination) {
        case .refused: return .refuse(allRules.targetDenied(next))
        case .foreign: return .handBack(location: browserLocation(of: next))
        case .own: break
        }
        // A browser keeps the cookie and knows which hop gets it; one that crosses origins gets none.
        if !rule.crossesOrigins, !cookiesSet(by: head).isEmpty {
            return .handBack(location: browserLocation(of: next))
        }
        follow(rule, to: next, head, bodyBytes: replay.bytes.count)
        return .follow
    }

    private func shown(_ url: TargetURL) -> TargetURL {
        rules.queryEdits?.remove(from: url) ?? url
    }

    /// Where the browser is sent.
    private func browserLocation(of next: TargetURL) -> LocationEdit {
        let url = shown(next)
        let fragment = url.fragment.map { "#\($0)" } ?? ""
        let text =
            rules.redirects == .pass || hasAuthorization && next.origin != current.target.origin
            // To the browser all targets are one origin, at which it would send Authorization again.
            ? url.serialized + fragment : allRules.location(of: url, from: destination, base)
        return secrets.mayNotTell(text) ? .drop : .set(text)
    }

    private func follow(
        _ rule: RedirectRule,
        to next: TargetURL,
        _ head: ResponseHead,
        bodyBytes: Int
    ) {
        followed.append(ResponseRewrite.FollowedRedirect(status: head.status, target: shown(next)))
        setCookies += cookiesSet(by: head)
        for rule in headerRules { drop(rule.requestEdits) }
        current.method = rule.method
        current.target = next
        if isAtHome, !isHome(next, rule) {
            isAtHome = false
            drop(rules.requestEdits)
        }
        if let edits = rules.queryEdits {
            current.target = isAtHome ? edits.apply(to: next) : edits.remove(from: next)
        }
        switch rule.body {
        case .dropped: current.length = .none
        case .replayed: current.length = bodyBytes > 0 ? .known(Int64(bodyBytes)) : .none
        }
        current.fields.removeAll { rule.drops(fieldNamed: $0.name) }
        if rule.body == .dropped {
            for name in RedirectRule.bodyFieldNames {
                current.fields.remove(named: name)
            }
        }
        if rule.crossesOrigins {
            cookies = nil
            sentOrigin.apply(to: &current.fields, for: next.origin)
        }
        headerRules = allRules.headerRules.matching(current.target, current.method)
        applyHeaderRules()
    }

    /// Whether a redirect stays where what is set for the request is meant for: below the target of the route, or
    /// at the origin that was asked by the prefix form.
    private func isHome(_ next: TargetURL, _ rule: RedirectRule) -> Bool {
        destination.route?.opens(next) ?? !rule.crossesOrigins
    }

    private func drop(_ edits: FieldEdits) {
        for addition in edits.additions {
            current.fields.remove(named: addition.name)
        }
    }

    // MARK: The response

    /// An error in words that the client, and the log, may be told.
    public func fit(_ error: ProxyError) -> ProxyError {
        let isHidden =
            rules.hidesTarget || secrets.mayNotTell(error.message) || secrets.mayNotTell(error.hint)
        return isHidden ? error.withoutTarget : error
    }

    private func cookiesSet(by head: ResponseHead) -> [String] {
        guard let cookies else { return [] }
        return head.fields.strings(of: .setCookie).compactMap {
            cookies.setCookie(from: $0, requestPath: current.target.path)
        }
    }

    /// Who asks for a password: the target that the browser would send it to, where that shares its origin with
    /// others.
    private func realmMark(_ head: ResponseHead) -> String? {
        guard !destination.hasOwnOrigin, head.fields.contains(.wwwAuthenticate) else { return nil }
        if rules.hidesTarget, let route = destination.route { return route.path + "/" }
        return destination.target.origin.serialized
    }

    /// How the head of the final response is changed.
    public func rewrite(_ head: ResponseHead, _ decision: CORSDecision?, pseudonym: String) -> ResponseRewrite
    {
        ResponseRewrite(
            decision: decision,
            edits: rules.responseEdits,
            headerRules: headerRules,
            cookies: cookies == nil ? setCookies : setCookies + cookiesSet(by: head),
            screen: rules.screen,
            targetScreen: rules.targetScreen,
            ruleScreen: secrets.ruleScreen,
            trace: rules.hidesTarget
                ? nil : ResponseRewrite.Trace(requested: destination.shown, final: shown(current.target)),
            isSandboxed: !destination.hasOwnOrigin
                || destination.route?.target.origin != current.target.origin,
            realmMark: realmMark(head),
            hasBecomeGet: current.method != firstMethod,
            redirects: rules.hidesTarget ? [] : followed,
            destination: fetchDestination,
            pseudonym: pseudonym,
            requestID: client.id
        )
    }

    /// Makes the head of a 101 the one that the client gets.
    public func rewriteUpgrade(_ head: inout ResponseHead, _ decision: CORSDecision?, pseudonym: String) {
        let accept = Array(head.fields.value(of: .secWebSocketAccept) ?? [])
        rewrite(head, decision, pseudonym: pseudonym).apply(to: &head)
        destination.webSocket?.complete(answer: &head.fields, accept: accept)
    }
}
