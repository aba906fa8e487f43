import CORSPolicy
import Configuration
import HTTPSyntax
import HTTPTypes
import IPAddresses
import ProxyCore
import Sockets
import Upstream

/// Answers requests as a server of some configuration would, but listens nowhere.
///
/// Plans, rewrites and follows redirects with the server's own code; only the upstream is asked in another way,
/// one request after the other, and no body passes. Rate and size limits do not count.
public final class Rehearsal {
    /// What a server would have answered.
    public struct Answer: Sendable {
        /// The head of the response.
        public let head: ResponseHead
        /// Why, in sentences for who configures the proxy; nil where there is nothing to say.
        public let remark: String?
    }

    /// The policy of the configuration.
    public let policy: CORSPolicy
    /// The URL that stands before a target's: `http://127.0.0.1:8080/`.
    public let baseURL: String
    /// The port that no configuration changes.
    private static let usualPort: UInt16 = 8080
    private static let requestID = RequestID(prefix: Array("explain-".utf8), number: 1)
    private let snapshot: Snapshot
    private let suffixes: PublicSuffixList
    private let parser = TargetURLParser()
    private let peer = Peer.address(SocketAddress(IPAddress(v4: (127, 0, 0, 1)), port: 0))
    private let timeout: Duration
    private let listener: Listener

    /// Compiles validated settings.
    ///
    /// - Parameters:
    ///   - settings: Port 0 counts as the default one: here nothing listens.
    ///   - environment: Where proxies for upstreams may be named.
    public init(
        _ settings: Settings,
        environment: [String: String],
        suffixes: PublicSuffixList
    ) throws(StartError) {
        self.suffixes = suffixes
        let listeners = try settings.listeners.map { listen throws(StartError) in
            let port = listen.port == 0 ? Self.usualPort : listen.port
            let addresses = SocketAddress.resolve(listen.host, port: port).map { ListeningPlace.address($0) }
            return try Listener(
                listen,
                role: .proxy,
                places: listen.unix.map { [.unix($0)] } ?? addresses
            )
        }
        guard let first = settings.listeners.first, let listener = listeners.first else {
            throw .configuration("Nothing is listened on.")
        }
        self.listener = listener
        snapshot = try Snapshot(
            settings,
            listeners: listeners,
            pseudonym: "corsway",
            environment: environment,
            suffixes: suffixes
        )
        policy = snapshot.rules.policy
        timeout = settings.upstream.responseTimeout
        let isUnspecified = IPAddress(first.host)?.isUnspecified == true
        let host = isUnspecified ? "localhost" : first.hostInURL
        let authority = first.unix == nil ? "\(host):\(listener.port)" : listener.authority
        baseURL = "\(listener.scheme)://\(authority)\(settings.basePath)"
    }

    /// Answers one request without a body.
    public func answer(_ head: RequestHead) -> Answer {
        let planning = PlanningContext(parser, suffixes, pseudonym: snapshot.pseudonym)
        let plan = snapshot.rules.plan(head, planning, isForwardedByStranger: false)
        let decision = plan.decision
        switch plan.step {
        case .refuse(let error): return refusal(error, decision)
        case .preflight: return preflight(decision, by: plan.policy)
        case .help: return own(.help(for: head, in: snapshot, on: listener, isTrusted: false), decision)
        case .iscorsneeded: return own(.iscorsneeded, nil)
        case .serverOptions: return own(.serverOptions, decision)
        case .redirect(let target): return own(.redirect(to: target), decision)
        case .forward(let destination): return forward(head, to: destination, decision)
        }
    }

    private func own(_ response: OwnResponse, _ decision: CORSDecision?, remark: String? = nil) -> Answer {
        var head = response.head
        if let decision { head.applyToOwnResponse(decision, exposing: response.told) }
        return Answer(head: head, remark: remark)
    }

    private func refusal(_ error: ProxyError, _ decision: CORSDecision?) -> Answer {
        own(.error(error, requestID: Self.requestID.text), decision, remark: "\(error.message) \(error.hint)")
    }

    private func preflight(_ decision: CORSDecision?, by policy: CORSPolicy) -> Answer {
        guard let decision else { return refusal(.internalError, nil) }
        if let refusal = decision.refusal {
            return self.refusal(ProxyError(refusal, policy: policy), decision)
        }
        return own(
            .preflight(decision),
            nil,
            remark: decision.preflightMismatch.map { "\($0.message) \(policy.hint(for: $0))" }
        )
    }

    // MARK: Forwarding

    private func forward(_ head: RequestHead, to destination: Destination, _ decision: CORSDecision?)
        -> Answer
    {
        let forwarding = Forwarding(
            head,
            framing: .none,
            destination: destination,
            client: snapshot.party(peer, address: "\(peer)", on: listener),
            listener: listener,
            snapshot: snapshot,
            isStranger: false,
            requestID: Self.requestID
        )
        var replay = ReplayBuffer(keeps: true)
        replay.isComplete = true
        do throws(ProxyError) {
            while true {
                var response = try ask(forwarding.current, by: forwarding.way)
                let verdict = forwarding.verdict(
                    on: response,
                    replay: replay,
                    isRequestComplete: true,
                    parser: parser
                )
                switch verdict {
                case .follow: continue
                case .refuse(let error): throw error
                case .handBack(let location):
                    forwarding.rewrite(response, decision, pseudonym: snapshot.pseudonym)
                        .apply(to: &response, location: location)
                    return Answer(head: response, remark: nil)
                }
            }
        } catch {
            return refusal(error, decision)
        }
    }

    private func ask(_ request: UpstreamRequest, by way: UpstreamWay) throws(ProxyError) -> ResponseHead {
        let route = try snapshot.route(to: request.target.origin, by: way, isStranger: false)
        var fields = request.fields.lines.map { line in
            (
                name: String(decoding: request.fields.name(of: line), as: UTF8.self),
                value: String(decoding: request.fields.value(of: line), as: UTF8.self)
            )
        }
        if [.post, .put, .patch].contains(request.method) {
            fields.append((name: "Content-Length", value: "0"))
        }
        do throws(DirectRequestError) {
            return try DirectRequest(
                request.method.rawValue,
                request.target,
                fields: fields,
                over: route,
                timeout: timeout
            ).send()
        } catch {
            switch error {
            case .connection(let failure): throw ProxyError(failure, target: request.target)
            case .closed: throw .upstreamClosed(request.target)
            case .timeout: throw .upstreamTimeout(request.target)
            case .malformed: throw .invalidResponse(request.target)
            }
        }
    }
}
