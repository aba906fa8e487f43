import CORSPolicy
import Configuration
import HTTPSyntax
import IPAddresses
import ProxyCore
import Sockets
import Upstream

/// Answers requests as a server of some configuration would, but listens nowhere.
///
/// Each request is a real exchange, as if one of the configured listeners had accepted its connection, with a client in
/// memory; the event loop runs on the caller's thread until it is answered. So what is answered is the server's own
/// answer. What a server remembers between requests, such as what counts towards a rate, begins anew.
public final class DryRun {
    /// Where a request comes in.
    public enum Entrance: Sendable, Hashable {
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

    /// The port that no configuration changes.
    public static let usualPort: UInt16 = 8080

    /// How long an upstream may take to close a WebSocket.
    private static let goodbyePatience: UInt64 = 1_000_000_000

    private let context: ShardContext
    private let handler: ProxyHandler
    private let listeners: [Listener]
    private let front: Peer
    private let remarks = Remarks()
    private let patience: UInt64

    /// Compiles validated settings; of a log nothing is written.
    ///
    /// - Parameters:
    ///   - settings: Port 0 counts as the usual one: here nothing listens.
    ///   - environment: Where proxies for upstreams may be named.
    public init(
        _ settings: Settings,
        environment: [String: String],
        suffixes: PublicSuffixList
    ) throws(StartError) {
        listeners = try settings.listeners.map { listen throws(StartError) in
            let port = listen.port == 0 ? Self.usualPort : listen.port
            let addresses = SocketAddress.resolve(listen.host, port: port).map { ListeningPlace.address($0) }
            return try Listener(
                listen,
                role: .proxy,
                places: listen.unix.map { [.unix($0)] } ?? addresses
            )
        }
        var log = settings.log
        (log.file, log.format, log.level) = (nil, .pretty, .critical)
        let configuration = try CompiledConfiguration(
            settings,
            listeners: listeners,
            pseudonym: "corsway",
            environment: environment,
            suffixes: suffixes
        )
        context = try ShardContext(
            configuration,
            index: 0,
            metrics: ShardMetrics(),
            sharing: ConnectionAllowance(maximum: 64),
            maximumLookups: 64,
            output: try LogOutput(log),
            observer: remarks
        )
        handler = ProxyHandler(
            PlanningContext(context.urlParser, suffixes, pseudonym: configuration.pseudonym),
            limiter: ConnectionLimiter(maximum: 1, maximumPerAddress: 0),
            admission: LocalLimits(context)
        )
        front = settings.trustedProxies.first.map(Peer.init) ?? .loopback
        patience = Self.patience(settings)
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
    public func ruling(on head: RequestHead, through entrance: Entrance) -> (policy: CORSPolicy, route: Int?)
    {
        let client = client(through: entrance)
        let request = client.request(
            head,
            isTrusted: context.configuration.forwarders.trust(client.peer),
            id: context.nextRequestID(),
            rules: context.configuration.rules
        )
        let plan = handler.plan(head, from: request, by: context.configuration.rules)
        return (plan.policy, plan.rulesNumber.flatMap { $0 > 0 ? $0 - 1 : nil })
    }

    /// Serves one request, and waits for the head of its response; a WebSocket that opens is closed.
    ///
    /// - Parameters:
    ///   - lines: The lines of the request's head, without line ends; it has no body.
    ///   - entrance: Where it comes in.
    /// - Returns: Nil where none of the server's own time-outs has ended the request.
    public func answer(to lines: [String], through entrance: Entrance) -> Answer? {
        let stream = MemoryClientStream()
        let text = (lines + forwarded(through: entrance)).map { "\($0)\r\n" }.joined() + "\r\n"
        let exchange = begin(Array(text.utf8), of: client(through: entrance), to: stream)
        let limit = MonotonicTime.now().advanced(byNanoseconds: patience)
        run(until: limit) { stream.hasHead }
        run(until: .now().advanced(byNanoseconds: Self.goodbyePatience)) { !stream.isInTunnel }
        // What is answered here is complete then; the body of an upstream's answer may never come, or never end.
        exchange.clientLost()
        stream.leaveTunnel()
        context.finishRound()
        guard stream.hasHead else { return nil }
        let outcome = remarks.take()
        // Of what an upstream answers the record tells nothing.
        let isOwn = outcome?.errorCode != nil || lines.first?.hasPrefix("OPTIONS ") == true
        return Answer(
            head: stream.head,
            remark: isOwn ? outcome?.remark : nil,
            errorCode: isOwn ? outcome?.errorCode : nil
        )
    }

    private func run(until limit: MonotonicTime, _ isDone: () -> Bool) {
        while !isDone(), MonotonicTime.now() < limit {
            context.loop.run()
        }
    }

    private func client(through entrance: Entrance) -> ClientEndpoint {
        switch entrance {
        case .listener(let index): ClientEndpoint(listeners[index].dryRunPeer, on: listeners[index], .served)
        case .front: ClientEndpoint(front, on: listeners[0], .served)
        }
    }

    /// Begins the exchange that the bytes of a head bring about.
    private func begin(_ bytes: [UInt8], of client: ClientEndpoint, to stream: MemoryClientStream)
        -> ProxiedExchange
    {
        var reader = HeadReader(context.configuration.headLimits)
        do throws(SyntaxError) {
            guard let head = try reader.next(in: bytes, upTo: bytes.count) else { throw .missingHost }
            let framing = try head.framing()
            let exchange = ProxiedExchange(
                head,
                hasBody: framing != .none,
                of: client,
                to: stream,
                by: handler,
                context: context
            )
            exchange.begin(head, framing.length)
            return exchange
        } catch {
            let exchange = ProxiedExchange(unreadableOf: client, to: stream, by: handler, context: context)
            exchange.refuse(ProxyError(error))
            return exchange
        }
    }

    /// What a server in front adds, by the examples that come with the program.
    private func forwarded(through entrance: Entrance) -> [String] {
        guard case .front(let scheme, let authority) = entrance else { return [] }
        return [
            "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: \(scheme)", "X-Forwarded-Host: \(authority)",
        ]
    }
}

/// What the record of the last exchange tells.
private final class Remarks: ExchangeObserver {
    private var outcome: (remark: String?, errorCode: String?)?

    func began(_ exchange: ProxiedExchange, _ head: RequestHead?) { outcome = nil }
    func planned(_ exchange: ProxiedExchange, _ plan: RequestPlan) {}
    func upstreamAnswered(_ exchange: ProxiedExchange, _ head: ResponseHead) {}
    func tunnelOpened(_ exchange: ProxiedExchange, _ record: ExchangeRecord) {}

    func ended(_ record: ExchangeRecord) {
        outcome = (record.remark, record.errorCode?.rawValue)
    }

    func take() -> (remark: String?, errorCode: String?)? {
        defer { outcome = nil }
        return outcome
    }
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
