import CORSPolicy
import HTTPSyntax
import HTTPTypes
import ProxyCore
import Sockets
import Upstream

/// The way of one request through its hops: what is asked now, and which redirects led there.
final class Forwarding {
    /// What to do with the head of a response.
    enum Verdict {
        /// Send it to the client.
        case handBack(location: LocationEdit)
        /// Ask `current`, which is now the redirect's target.
        case follow
        /// The redirect leads where nothing may be asked.
        case refuse(ProxyError)
    }

    /// The next request to send.
    private(set) var current: UpstreamRequest
    /// Where the client's request goes, and by which rules.
    let destination: Destination
    /// Whether a forwarder of unknown standing relays the request.
    let isStranger: Bool
    private let requestID: RequestID
    private let configuration: CompiledConfiguration
    private let base: PublicBase
    private let fetchDestination: FetchDestination
    private let hasAuthorization: Bool
    private let firstMethod: HTTPRequest.Method
    private var cookies: CookieScope?
    /// Those for `current`.
    private var headerRules: [HeaderRule]
    /// What redirects that were followed have set.
    private var setCookies: [String] = []
    private var followed: [ResponseRewrite.FollowedRedirect] = []
    /// Whether no redirect has led elsewhere yet: what was meant for the first target stays behind for good.
    private var isAtHome = true
    /// Whether a header rule has given the request a secret, at this hop or an earlier one.
    private var hasMetSecrets = false

    init(
        _ head: consuming RequestHead,
        framing: BodyFraming,
        destination: Destination,
        client: ForwardingParty,
        listener: Listener,
        configuration: CompiledConfiguration,
        isStranger: Bool,
        requestID: RequestID
    ) {
        self.requestID = requestID
        self.destination = destination
        self.isStranger = isStranger
        self.configuration = configuration
        base = configuration.publicBase(head.fields, on: listener, isTrusted: client.isTrusted)
        fetchDestination = FetchDestination(head.fields.value(of: .secFetchDest))
        hasAuthorization = head.fields.contains(.authorization)
        firstMethod = head.method
        cookies = configuration.rules.cookieScope(of: destination, at: destination.target, base)
        let cookie = cookies?.cookie(from: head.fields.strings(of: .cookie))
        current = UpstreamRequest(
            head,
            framing: framing,
            target: destination.target,
            party: client,
            pseudonym: configuration.pseudonym,
            addsForwarded: configuration.way(
                of: destination,
                to: destination.target.origin,
                showsCertificate: true
            ).addsForwarded,
            keepsCookies: false,
            requestID: requestID
        )
        headerRules = configuration.rules.headerRules.matching(current.target, current.method)
        if let cookie { current.fields.append(.cookie, cookie) }
        destination.rules.requestEdits.apply(to: &current.fields, besides: current.unusualNames)
        applyHeaderRules()
    }

    private var rules: ForwardRules { destination.rules }

    private func applyHeaderRules() {
        for rule in headerRules {
            rule.requestEdits.apply(to: &current.fields, besides: current.unusualNames)
            if rule.addsSecrets { hasMetSecrets = true }
        }
    }

    /// How the current hop is connected to.
    var way: UpstreamProfile {
        configuration.way(of: destination, to: current.target.origin, showsCertificate: isAtHome)
    }

    // MARK: Redirects

    /// Decides about a response, by Fetch's rules for redirects where it is one.
    func verdict(
        on head: ResponseHead,
        replay: ReplayBuffer,
        isRequestComplete: Bool,
        parser: TargetURLParser
    ) -> Verdict {
        guard RedirectRule.isRedirect(head.status), let location = head.fields.value(of: .location) else {
            return .handBack(location: .keep)
        }
        // What passes untouched must still not tell what was set in the query.
        if rules.redirects == .pass, !mayNotTell(location) { return .handBack(location: .keep) }
        let next: TargetURL
        do throws(TargetURLError) {
            next = try parser.resolve(location, against: current.target)
        } catch {
            // What is no URL at all goes back as it is; a URL of another kind must not be asked.
            switch error {
            case .scheme where rules.followsRedirects:
                return .refuse(.badRedirect(current.target, isScheme: true))
            case .credentials where rules.followsRedirects:
                return .refuse(.badRedirect(current.target, isScheme: false))
            case .scheme, .credentials, .invalid, .host, .port: return .handBack(location: .keep)
            }
        }
        if rules.redirects != .pass, !configuration.rules.mayLead(to: next, from: destination) {
            return .refuse(configuration.rules.targetDenied(next))
        }
        guard case .follow(let maximum, _) = rules.redirects, followed.count < maximum, isRequestComplete,
            let rule = RedirectRule(
                status: head.status,
                method: current.method,
                from: current.target.origin,
                to: next.origin
            ),
            rule.body == .dropped || current.framing == .none || replay.isUsable
        else { return .handBack(location: browserLocation(of: next)) }
        // What one target has been given is no other's to know.
        if rule.crossesOrigins, repeatsSecret(shown(next).serialized) { return .handBack(location: .drop) }
        switch configuration.rules.reach(of: next, by: rule.method, from: destination) {
        case .refused: return .refuse(configuration.rules.targetDenied(next))
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

    /// Whether a text would tell a client a secret, or where a hidden target lies.
    private func mayNotTell(_ text: String) -> Bool {
        repeatsSecret(text) || rules.targetScreen.finds(in: text)
    }

    private func mayNotTell(_ text: ArraySlice<UInt8>) -> Bool {
        rules.screen.finds(in: text) || rules.targetScreen.finds(in: text) || ruleScreen.finds(in: text)
    }

    /// Whether a text holds a secret that this request may have been given.
    private func repeatsSecret(_ text: String) -> Bool {
        rules.screen.finds(in: text) || ruleScreen.finds(in: text)
    }

    private var ruleScreen: SecretScreen { hasMetSecrets ? configuration.rules.ruleScreen : .none }

    /// Where the browser is sent.
    private func browserLocation(of next: TargetURL) -> LocationEdit {
        let url = shown(next)
        let fragment = url.fragment.map { "#\($0)" } ?? ""
        let text =
            rules.redirects == .pass || hasAuthorization && next.origin != current.target.origin
            // To the browser all targets are one origin, at which it would send Authorization again.
            ? url.serialized + fragment : configuration.rules.location(of: url, from: destination, base)
        return mayNotTell(text) ? .drop : .set(text)
    }

    private func follow(_ rule: RedirectRule, to next: TargetURL, _ head: ResponseHead, bodyBytes: Int) {
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
        case .dropped: current.framing = .none
        case .replayed: current.framing = bodyBytes > 0 ? .length(Int64(bodyBytes)) : .none
        }
        current.fields.removeAll { rule.drops(fieldNamed: $0.name) }
        if rule.body == .dropped {
            for name in RedirectRule.bodyFieldNames {
                current.fields.remove(named: name)
            }
        }
        if rule.crossesOrigins { cookies = nil }
        headerRules = configuration.rules.headerRules.matching(current.target, current.method)
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
    func fit(_ error: ProxyError) -> ProxyError {
        let isHidden = rules.hidesTarget || mayNotTell(error.message) || mayNotTell(error.hint)
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
    func rewrite(_ head: ResponseHead, _ decision: CORSDecision?, pseudonym: String) -> ResponseRewrite {
        return ResponseRewrite(
            decision: decision,
            edits: rules.responseEdits,
            headerRules: headerRules,
            cookies: cookies == nil ? setCookies : setCookies + cookiesSet(by: head),
            screen: rules.screen,
            targetScreen: rules.targetScreen,
            ruleScreen: ruleScreen,
            trace: rules.hidesTarget
                ? nil : ResponseRewrite.Trace(requested: destination.shown, final: shown(current.target)),
            isSandboxed: !destination.hasOwnOrigin
                || destination.route?.target.origin != current.target.origin,
            realmMark: realmMark(head),
            hasBecomeGet: current.method != firstMethod,
            redirects: rules.hidesTarget ? [] : followed,
            destination: fetchDestination,
            pseudonym: pseudonym,
            requestID: requestID
        )
    }
}
