import CORSPolicy
import Configuration
import HTTPSyntax
import IPAddresses
import ProxyCore
import Sockets
import Synchronization
import Upstream

/// Answers requests as a server of some configuration would, but listens nowhere.
///
/// A shard of the server serves connections of this process, each as if one of the configured listeners had
/// accepted it; so what is answered is the server's own answer, from the first byte of the request on. What a server
/// remembers between requests, such as what counts towards a rate, begins anew.
public final class DryRun {
    /// The way by which a request comes.
    public enum Way: Sendable, Hashable {
        /// Straight to a listener, by its place among the settings' ones.
        case listener(Int)
        /// By a server in front, which browsers reach by this scheme and authority.
        case front(scheme: String, authority: String)
    }

    /// What a server would have answered.
    public struct Answer: Sendable {
        /// The head of the response, as it goes out.
        public let head: [UInt8]
        /// Why, in sentences for who configures the proxy; nil where there is nothing to say.
        public let remark: String?
        /// The name of the proxy's own error; nil where an upstream has answered, or a preflight is.
        public let errorCode: String?
    }

    /// No answer came.
    public enum Failure: Error, Sendable, Hashable {
        /// The server closes the connection without one.
        case closed
        /// None of the server's own time-outs has ended the request.
        case timeout
        /// A call of the system failed: its words.
        case system(String)
    }

    /// The port that no configuration changes.
    public static let usualPort: UInt16 = 8080

    private let configuration: CompiledConfiguration
    private let planning: PlanningContext
    private let shard: Shard
    private let limiter: ConnectionLimiter
    private let listeners: [Listener]
    private let front: Peer
    private let outcomes: OutcomeBox
    private let patience: UInt64

    /// Starts a shard with validated settings; of a log nothing is written.
    ///
    /// - Parameters:
    ///   - settings: Port 0 counts as the usual one: here nothing listens.
    ///   - environment: Where proxies for upstreams may be named.
    public init(
        _ settings: Settings,
        environment: [String: String],
        suffixes: PublicSuffixList
    ) async throws(StartError) {
        listeners = try settings.listeners.map { listen throws(StartError) in
            let port = listen.port == 0 ? Self.usualPort : listen.port
            let addresses = SocketAddress.resolve(listen.host, port: port).map { ListeningPlace.address($0) }
            return try Listener(
                listen,
                role: .proxy,
                places: listen.unix.map { [.unix($0)] } ?? addresses
            )
        }
        let outcomes = OutcomeBox()
        var log = settings.log
        (log.file, log.format, log.level) = (nil, .pretty, .critical)
        let output = try LogOutput(log)
        // The connection of the request before may not have been seen to close yet.
        limiter = ConnectionLimiter(maximum: 64, maximumPerAddress: 0)
        configuration = try CompiledConfiguration(
            settings,
            listeners: listeners,
            pseudonym: "corsway",
            environment: environment,
            suffixes: suffixes
        )
        planning = PlanningContext(TargetURLParser(), suffixes, pseudonym: configuration.pseudonym)
        shard = try Shard(
            index: 0,
            configuration: configuration,
            limiter: limiter,
            status: ServerStatus(
                shards: 1,
                limiter: limiter,
                maximumAdminConnections: 1,
                sinks: output.sinks,
                version: "unknown"
            ),
            allowance: ConnectionAllowance(maximum: 64),
            maximumLookups: 64,
            suffixes: suffixes,
            output: output,
            observer: outcomes
        )
        self.outcomes = outcomes
        front = settings.trustedProxies.first.map(Peer.init) ?? .loopback
        patience = Self.patience(settings)
        try await shard.start()
    }

    /// More than the server itself gives an exchange until the head of its response.
    private static func patience(_ settings: Settings) -> UInt64 {
        let upstreams = [settings.upstream] + settings.routes.map(\.upstream)
        let hop = upstreams.map { $0.connectTimeout.inNanoseconds &+ $0.responseTimeout.inNanoseconds }.max()
        let redirects = ([settings.prefix.redirects] + settings.routes.map(\.redirects)).map(\.max).max()
        let (sum, overflow) = (hop ?? 0).multipliedReportingOverflow(by: UInt64((redirects ?? 0) + 1))
        return (overflow ? UInt64.max / 2 : min(sum, .max / 2)) + 10_000_000_000
    }

    // MARK: Questions

    /// The policy that a request comes under, and the place of its route among the settings' ones; nil for the
    /// prefix form and for what leads nowhere.
    public func ruling(on head: RequestHead) -> (policy: CORSPolicy, route: Int?) {
        let source = RequestSource(scheme: listeners.first?.scheme ?? "http")
        let plan = configuration.rules.plan(head, planning, from: source)
        return (plan.policy, plan.rulesNumber.flatMap { $0 > 0 ? $0 - 1 : nil })
    }

    /// Serves one request, and waits for the head of its response.
    ///
    /// - Parameters:
    ///   - lines: The lines of the request's head, without line ends; it has no body.
    ///   - way: How it comes.
    public func answer(to lines: [String], by way: Way) throws(Failure) -> Answer {
        let limit = MonotonicTime.now().advanced(byNanoseconds: patience)
        let connection = try connect(by: way)
        let text = (lines + forwarded(by: way)).map { "\($0)\r\n" }.joined() + "\r\n"
        connection.send(Array(text.utf8), before: limit)
        let (head, bytes) = try response(on: connection, before: limit)
        // The body of an upstream's answer may never end, and of that the record tells nothing.
        guard head.fields.contains(.xCorswayError) || lines.first?.hasPrefix("OPTIONS ") == true else {
            return Answer(head: bytes, remark: nil, errorCode: nil)
        }
        let outcome = outcome(of: connection, before: limit)
        return Answer(head: bytes, remark: outcome?.remark, errorCode: outcome?.errorCode)
    }

    /// Waits for the end of the exchange, at which it is recorded.
    private func outcome(of connection: LocalConnection, before limit: MonotonicTime) -> Outcome? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        connection.finish()
        while let count = connection.receive(into: &buffer, before: limit), count > 0 {}
        return outcomes.take()
    }

    private func connect(by way: Way) throws(Failure) -> LocalConnection {
        let (listener, peer): (Listener, Peer) =
            switch way {
            case .listener(let index): (listeners[index], listeners[index].dryRunPeer)
            case .front: (listeners[0], front)
            }
        do throws(SystemError) {
            let plain = Listener(plain: listener)
            return try LocalConnection { descriptor in
                shard.inbox.put(
                    AcceptedConnection(
                        descriptor: descriptor,
                        peer: peer,
                        listener: plain,
                        admission: limiter.admit(peer.address)
                    )
                )
            }
        } catch {
            throw .system("\(error)")
        }
    }

    /// What a server in front adds, by the examples that come with the program.
    private func forwarded(by way: Way) -> [String] {
        guard case .front(let scheme, let authority) = way else { return [] }
        return [
            "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: \(scheme)", "X-Forwarded-Host: \(authority)",
        ]
    }

    private func response(
        on connection: LocalConnection,
        before limit: MonotonicTime
    ) throws(Failure) -> (head: ResponseHead, bytes: [UInt8]) {
        var parser = ResponseHeadParser(maximumHeadBytes: 1 << 20, maximumFieldCount: 10_000)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var bytes: [UInt8] = []
        while true {
            do throws(SyntaxError) {
                while let (head, consumed) = try parser.parse(bytes.span) {
                    if !head.isInformational { return (head, Array(bytes[..<consumed])) }
                    bytes.removeFirst(consumed)
                }
            } catch {
                // The server writes no head that its own reader refuses.
                throw .closed
            }
            guard let count = connection.receive(into: &buffer, before: limit) else { throw .timeout }
            guard count > 0 else { throw .closed }
            bytes += buffer[..<count]
        }
    }
}

/// What the record of an exchange tells.
private struct Outcome: Sendable {
    let remark: String?
    let errorCode: String?
}

/// Takes the outcome over from the shard.
private final class OutcomeBox: ExchangeObserver, Sendable {
    private let outcome = Mutex<Outcome?>(nil)

    func began(_ exchange: ProxiedExchange, _ head: RequestHead?) {}
    func planned(_ exchange: ProxiedExchange, _ plan: RequestPlan) {}
    func upstreamAnswered(_ exchange: ProxiedExchange, _ head: ResponseHead) {}

    func ended(_ exchange: ProxiedExchange, _ record: ExchangeRecord) {
        let new = Outcome(remark: record.remark, errorCode: record.errorCode?.rawValue)
        outcome.withLock { $0 = new }
    }

    func take() -> Outcome? { outcome.withLock { $0.take() } }
}

extension Peer {
    fileprivate static let loopback = Peer.address(SocketAddress(IPAddress(v4: (127, 0, 0, 1)), port: 0))

    /// One of the servers in front.
    fileprivate init(_ proxy: TrustedProxy) {
        switch proxy {
        case .block(let block): self = .address(SocketAddress(block.base, port: 0))
        case .unix: self = .unix
        }
    }
}

extension Listener {
    /// A browser of this machine, however else the listener is reached.
    fileprivate var dryRunPeer: Peer { addresses.isEmpty ? .unix : .loopback }
}
