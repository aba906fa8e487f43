import HTTPSyntax
import ProxyCore
import Testing

@testable import ProxyServer

/// Every order of what clients and upstreams may do, up to so many events: each exchange has one record and one end,
/// and leaves nothing behind.
@Suite struct EventOrderTests {
    /// What happens to an exchange from outside.
    enum Event: String, CaseIterable {
        case bodyPiece, bodyEnd, bodyTimeout, drained, clientLost, programEnds, drain
        case opened, refused, interim, redirect, head, headOfUnknownLength, piece, end, endAndClose
        case room, retrySafeFailure, failure, timeout
    }

    /// One exchange that takes events as long as they can happen.
    private struct Scene {
        let stage: ExchangeStage
        let client = ScriptedClient()
        weak var exchange: ProxiedExchange?
        private var hasHead = false

        init(_ stage: ExchangeStage, _ line: String, _ fields: [String]) throws {
            self.stage = stage
            stage.upstreams.clear()
            stage.observer.clear()
            held = try stage.begin(line, fields, to: client)
            exchange = held
        }

        /// As a connection does; let go of at the end.
        private var held: ProxiedExchange?

        private var isOver: Bool { client.finishes + client.cuts > 0 || client.isLost }
        private var upstream: ScriptedUpstreams.Stream? { stage.upstreams.opened.last { $0.isOpen } }
        private var isPending: Bool { stage.upstreams.pending.last?.isOpen == true }

        /// Lets an event happen; false where it cannot.
        mutating func take(_ event: Event) -> Bool {
            guard let exchange = held, !isOver else { return false }
            switch event {
            case .bodyPiece where exchange.wantsBody: exchange.receive([1][...])
            case .bodyEnd where exchange.wantsBody: exchange.bodyEnded()
            case .bodyTimeout where exchange.wantsBody: exchange.bodyTimedOut()
            case .drained: exchange.drained()
            case .clientLost:
                client.isLost = true
                exchange.clientLost()
            case .programEnds:
                client.isLost = true
                exchange.programEnds()
            case .drain: exchange.closeAfterResponse()
            case .opened where isPending: stage.upstreams.openPending()
            case .refused where isPending: stage.upstreams.refusePending(.unknownHost)
            default: return upstream.map { take(event, $0) } ?? false
            }
            return true
        }

        private mutating func take(_ event: Event, _ upstream: ScriptedUpstreams.Stream) -> Bool {
            guard let transfer = upstream.transfer else { return false }
            // What a stream of HTTP reports comes in this order only.
            let hasHead = client.status != nil
            switch event {
            case .interim where !hasHead: transfer.received(interim: 102)
            case .redirect where !hasHead:
                transfer.received(ExchangeStage.head(302, [(.location, "/next")]), .none)
            case .head where !hasHead: transfer.received(ExchangeStage.head(200), .known(1))
            case .headOfUnknownLength where !hasHead: transfer.received(ExchangeStage.head(200), .unknown)
            case .piece where hasHead:
                transfer.received([2][...])
                transfer.passBody()
            case .end where hasHead: transfer.ended(persists: true)
            case .endAndClose where hasHead: transfer.ended(persists: false)
            case .room: transfer.hasRoom()
            case .retrySafeFailure where !hasHead: transfer.failed(.closed, isRetrySafe: true)
            case .failure: transfer.failed(.closed, isRetrySafe: false)
            case .timeout: transfer.deadlinePassed()
            default: return false
            }
            return true
        }

        /// Ends what has not ended, lets go of it, and says what is wrong.
        mutating func faults() -> [String] {
            if !isOver {
                client.isLost = true
                held?.clientLost()
            }
            held = nil
            var faults = client.faults + stage.upstreams.opened.flatMap(\.faults)
            if stage.observer.began != 1 || stage.observer.ended != 1 {
                faults.append("\(stage.observer.began) beginnings and \(stage.observer.ended) records")
            }
            if stage.upstreams.opened.contains(where: { $0.ends != 1 }) { faults.append("a stream's end") }
            if stage.upstreams.pending.contains(where: { $0.ends != 1 }) {
                faults.append("a pending stream's end")
            }
            if exchange != nil { faults.append("an exchange that is held") }
            if stage.upstreams.opened.contains(where: { $0.transfer != nil }) {
                faults.append("a held transfer")
            }
            return faults
        }
    }

    /// Request lines with their fields, whether streams are there at once, and how many events there are at most.
    private static let requests: [(String, [String], Bool, Int)] = [
        ("GET", [], true, 4), ("GET", [], false, 5),
        ("POST", ["Transfer-Encoding: chunked"], true, 4), ("POST", ["Content-Length: 3"], false, 5),
        ("HEAD", [], true, 4),
    ]

    @Test(arguments: requests)
    func `each order of events has one record, one end and no leak`(
        method: String,
        fields: [String],
        opensAtOnce: Bool,
        depth: Int
    ) throws {
        let stage = try ExchangeStage(#""prefix": {"redirects": {"mode": "follow"}}"#)
        stage.upstreams.opensAtOnce = opensAtOnce
        var orders: [[Event]] = [[]]
        var tried = 0
        for _ in 0..<depth {
            var longer: [[Event]] = []
            for order in orders {
                for event in Event.allCases {
                    var scene = try Scene(stage, "\(method) /http://api.example/x", fields)
                    for earlier in order { _ = scene.take(earlier) }
                    let happened = scene.take(event)
                    let faults = scene.faults()
                    #expect(faults == [], "\(order.map(\.rawValue)), \(event)")
                    tried += 1
                    if happened { longer.append(order + [event]) }
                }
            }
            // What changes nothing an observer could see is not followed up.
            orders = longer.filter { $0.suffix(2).map(\.rawValue) != ["drained", "drained"] }
        }
        #expect(tried > 1_000)
    }
}
