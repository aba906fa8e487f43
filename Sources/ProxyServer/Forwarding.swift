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
        /// Send it to the client, with this Location instead of its own where there is one.
        case handBack(location: String?)
        /// Ask `current`, which is now the redirect's target.
        case follow
        /// The redirect leads where nothing may be asked.
        case refuse(ProxyError)
    }

    /// The next request to send.
    private(set) var current: UpstreamRequest
    /// Whether a forwarder of unknown standing relays the request.
    let isStranger: Bool
    private let requested: TargetURL
    private let rules: PrefixRules
    private let snapshot: Snapshot
    private let host: String?
    private let destination: FetchDestination
    private var followed: [ResponseRewrite.FollowedRedirect] = []

    init(
        _ head: consuming RequestHead,
        framing: BodyFraming,
        target: TargetURL,
        rules: PrefixRules,
        client: ForwardingParty,
        snapshot: Snapshot,
        isStranger: Bool
    ) {
        requested = target
        self.rules = rules
        self.isStranger = isStranger
        self.snapshot = snapshot
        host = head.fields.string(of: .host)
        destination = FetchDestination(head.fields.value(of: .secFetchDest))
        current = UpstreamRequest(
            head,
            framing: framing,
            target: target,
            party: client,
            pseudonym: snapshot.pseudonym,
            addsForwarded: snapshot.addsForwarded,
            keepsCookies: false
        )
        rules.requestEdits.apply(to: &current.fields)
    }

    /// Decides about a response, by Fetch's rules for redirects where it is one.
    func verdict(
        on head: ResponseHead,
        replay: ReplayBuffer,
        isRequestComplete: Bool,
        parser: TargetURLParser
    ) -> Verdict {
        guard RedirectRule.isRedirect(head.status), let location = head.fields.value(of: .location),
            rules.redirects != .pass
        else { return .handBack(location: nil) }
        let next: TargetURL
        do throws(TargetURLError) {
            next = try parser.resolve(location, against: current.target)
        } catch {
            // What is no URL at all goes back as it is; a URL of another kind must not be asked.
            switch error {
            case .scheme: return .refuse(.badRedirect(current.target, isScheme: true))
            case .credentials: return .refuse(.badRedirect(current.target, isScheme: false))
            case .invalid, .host, .port: return .handBack(location: nil)
            }
        }
        guard case .follow(let maximum) = rules.redirects, followed.count < maximum, isRequestComplete,
            let rule = RedirectRule(
                status: head.status,
                method: current.method,
                from: current.target.origin,
                to: next.origin
            ),
            rule.body == .dropped || current.framing == .none || replay.isUsable
        else { return .handBack(location: throughProxy(next)) }
        guard rules.targets.permits(next) else { return .refuse(.targetDenied(next)) }
        follow(rule, to: next, status: head.status, bodyBytes: replay.bytes.count)
        return .follow
    }

    private func follow(_ rule: RedirectRule, to next: TargetURL, status: Int, bodyBytes: Int) {
        followed.append(ResponseRewrite.FollowedRedirect(status: status, target: next))
        current.method = rule.method
        current.target = next
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
        if rule.crossesOrigins {
            for addition in rules.requestEdits.additions {
                current.fields.remove(named: addition.name)
            }
        }
    }

    private func throughProxy(_ target: TargetURL) -> String {
        let fragment = target.fragment.map { "#\($0)" } ?? ""
        return snapshot.publicBase(host: host) + target.serialized + fragment
    }

    /// How the head of the final response is changed.
    func rewrite(_ decision: CORSDecision?, pseudonym: String) -> ResponseRewrite {
        ResponseRewrite(
            decision: decision,
            edits: rules.responseEdits,
            requested: requested,
            final: current.target,
            redirects: followed,
            destination: destination,
            pseudonym: pseudonym
        )
    }
}
