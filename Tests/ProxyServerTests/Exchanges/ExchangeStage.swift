import HTTPSyntax
import IPAddresses
import Logging
import ProxyCore
import Sockets
import Upstream

@testable import Configuration
@testable import ProxyServer

/// One shard's exchanges between scripted streams, on the test's own thread.
final class ExchangeStage {
    /// Writes down what becomes of exchanges.
    final class Observer: ExchangeObserver {
        var began = 0
        var planned = 0
        var heads: [Int] = []
        var tunnels = 0
        var ended = 0
        var errorCode: ErrorCode?
        var ending: TunnelEnding?

        func began(_ exchange: ProxiedExchange, _ head: RequestHead?) { began += 1 }
        func planned(_ exchange: ProxiedExchange, _ plan: RequestPlan) { planned += 1 }
        func upstreamAnswered(_ exchange: ProxiedExchange, _ head: ResponseHead) { heads.append(head.status) }

        func tunnelOpened(_ exchange: ProxiedExchange, _ record: ExchangeRecord) { tunnels += 1 }

        func ended(_ record: ExchangeRecord) {
            ended += 1
            errorCode = record.errorCode
            if case .ended(let reason) = record.tunnel { ending = reason }
        }

        func clear() {
            (began, planned, heads, tunnels, ended, errorCode) = (0, 0, [], 0, 0, nil)
            ending = nil
        }
    }

    /// Limits that say later whether a request may go on.
    final class LateAdmission: Admission {
        var answersLate = false
        var refusal: ProxyError?
        private(set) var waiting: ProxiedExchange?

        func admit(
            _ head: RequestHead,
            from client: ClientRequest,
            to destination: Destination,
            for exchange: ProxiedExchange
        ) -> AdmissionAnswer {
            guard answersLate else { return refusal.map { .refused($0) } ?? .admitted }
            waiting = exchange
            return .pending
        }

        func refusalOfWrongKey(
            _ head: RequestHead,
            from client: ClientRequest,
            underRules number: Int,
            for exchange: ProxiedExchange
        ) -> ProxyError? {
            nil
        }

        func decide(_ refusal: ProxyError? = nil) {
            waiting?.admissionDecided(refusal)
            waiting = nil
        }
    }

    let upstreams = ScriptedUpstreams()
    let observer = Observer()
    let admission = LateAdmission()
    let context: ShardContext
    let handler: ProxyHandler
    let endpoint: ClientEndpoint

    /// - Parameter keys: Members of the configuration.
    init(_ keys: String = #""limits": {}"#) throws {
        let settings = try Self.settings(keys)
        let address = SocketAddress(IPAddress(v4: (127, 0, 0, 1)), port: 8080)
        let listener = try Listener(settings.listeners[0], role: .proxy, places: [.address(address)])
        let suffixes = PublicSuffixList()
        let configuration = try CompiledConfiguration(
            settings,
            listeners: [listener],
            pseudonym: "corsway-test",
            environment: [:],
            suffixes: suffixes
        )
        context = try ShardContext(
            configuration,
            index: 0,
            metrics: ShardMetrics(),
            sharing: ConnectionAllowance(maximum: 4),
            maximumLookups: 4,
            output: try LogOutput(settings.log),
            upstreams: upstreams,
            observer: observer
        )
        handler = ProxyHandler(
            PlanningContext(context.urlParser, suffixes, pseudonym: "corsway-test"),
            limiter: ConnectionLimiter(maximum: 4, maximumPerAddress: 0),
            admission: admission
        )
        endpoint = ClientEndpoint(.address(address), on: listener, .served)
    }

    private static func settings(_ keys: String) throws -> Settings {
        let json = #"{"log": {"level": "critical"}, \#(keys)}"#
        return try Settings.load(
            LocalFile(name: "test.json", bytes: Array(json.utf8)),
            flags: Flags(),
            environment: [:],
            validators: .system
        )
    }

    /// Puts another configuration in force.
    func adopt(_ keys: String = #""limits": {}"#) throws {
        let settings = try Self.settings(keys)
        let next = try CompiledConfiguration(
            settings,
            listeners: [endpoint.listener],
            pseudonym: "corsway-test",
            environment: [:],
            suffixes: PublicSuffixList(),
            after: context.configuration
        )
        context.adopt(next, try LogOutput(settings.log))
    }

    /// Begins the exchange of a request.
    ///
    /// - Parameters:
    ///   - line: The request line without the version.
    ///   - fields: Further lines of the head.
    func begin(_ line: String, _ fields: [String] = [], to client: ScriptedClient) throws -> ProxiedExchange {
        let lines = ["\(line) HTTP/1.1", "Host: localhost:8080", "Origin: http://localhost:3000"] + fields
        let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        var reader = HeadReader(context.configuration.headLimits)
        guard let head = try reader.next(in: bytes, upTo: bytes.count) else { throw SyntaxError.missingHost }
        let framing = try head.framing()
        let exchange = ProxiedExchange(
            head,
            hasBody: framing != .none,
            of: endpoint,
            to: client,
            by: handler,
            context: context
        )
        exchange.begin(head, framing.length)
        return exchange
    }

    /// Lets the loop do what was put off.
    func runLoop() { context.loop.runOnce() }

    /// The head of a response as its stream reports it.
    static func head(_ status: Int, _ fields: [(KnownField, String)] = []) -> ResponseHead {
        var section = FieldSection()
        for (field, value) in fields { section.append(field, value) }
        return ResponseHead(version: .http11, status: status, reason: "", fields: section)
    }
}
