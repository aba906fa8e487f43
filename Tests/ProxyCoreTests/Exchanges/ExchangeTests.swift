import Testing

@testable import ProxyCore

@Suite struct ExchangeTests {
    typealias Step = (event: Exchange.Event, action: Exchange.Action)

    /// Every state that an exchange can be in, by a way that leads there.
    enum State: String, CaseIterable, CustomTestStringConvertible {
        case receivingUnanswered, completeUnanswered
        case receivingAdmitting, completeAdmitting
        case receivingStreaming, completeStreaming
        case tunnelling
        case answered, answeredEarly, failed, lost

        var testDescription: String { rawValue }

        func make() -> Exchange {
            var exchange: Exchange
            switch self {
            case .receivingUnanswered, .receivingAdmitting, .receivingStreaming, .answeredEarly:
                exchange = Exchange(hasBody: true, keepsAlive: true)
            default:
                exchange = Exchange(hasBody: false, keepsAlive: true)
            }
            for event in events { _ = exchange.handle(event) }
            return exchange
        }

        private var events: [Exchange.Event] {
            switch self {
            case .receivingUnanswered, .completeUnanswered: []
            case .receivingStreaming, .completeStreaming: [.responseBegan]
            case .receivingAdmitting, .completeAdmitting: [.admissionAwaited]
            case .tunnelling: [.tunnelBegan]
            case .answered, .answeredEarly: [.responseBegan, .responseEnded]
            case .failed: [.responseBegan, .failed]
            case .lost: [.clientLost]
            }
        }
    }

    /// For each state what becomes of each event: requestEnded, responseBegan, responseEnded, failed, clientLost,
    /// admissionAwaited, admitted, tunnelBegan.
    private static let table: [(State, [Exchange.Action])] = [
        (.receivingUnanswered, [.proceed, .proceed, .close, .answer, .abandon, .proceed, .ignore, .proceed]),
        (
            .completeUnanswered,
            [.proceed, .proceed, .serveNext, .answer, .abandon, .proceed, .ignore, .proceed]
        ),
        (.receivingAdmitting, [.proceed, .proceed, .close, .answer, .abandon, .ignore, .proceed, .ignore]),
        (
            .completeAdmitting,
            [.proceed, .proceed, .serveNext, .answer, .abandon, .ignore, .proceed, .ignore]
        ),
        (.receivingStreaming, [.proceed, .proceed, .close, .cut, .abandon, .ignore, .ignore, .ignore]),
        (.completeStreaming, [.proceed, .proceed, .serveNext, .cut, .abandon, .ignore, .ignore, .ignore]),
        (.tunnelling, Array(repeating: .ignore, count: 8)),
        (.answered, Array(repeating: .ignore, count: 8)),
        (.answeredEarly, Array(repeating: .ignore, count: 8)),
        (.failed, Array(repeating: .ignore, count: 8)),
        (.lost, Array(repeating: .ignore, count: 8)),
    ]

    private static let events: [Exchange.Event] = [
        .requestEnded, .responseBegan, .responseEnded, .failed, .clientLost, .admissionAwaited, .admitted,
        .tunnelBegan,
    ]

    @Test(arguments: table)
    func `each event has its action in each state`(state: State, actions: [Exchange.Action]) {
        for (event, action) in zip(Self.events, actions) {
            var exchange = state.make()
            #expect(exchange.handle(event) == action, "\(event)")
        }
        #expect(actions.count == Self.events.count)
    }

    @Test func `the table has every state`() {
        #expect(Self.table.map(\.0) == State.allCases)
    }

    @Test(arguments: State.allCases)
    func `what is over stays over`(state: State) {
        for last in [Exchange.Event.responseEnded, .clientLost] {
            var exchange = state.make()
            _ = exchange.handle(last)
            for event in Self.events { #expect(exchange.handle(event) == .ignore, "\(last), \(event)") }
            #expect(!exchange.isUnanswered)
        }
    }

    @Test func `a failure is answered once, and the answer goes its way`() {
        var exchange = Exchange(hasBody: false, keepsAlive: true)
        #expect(exchange.handle(.failed) == .answer)
        #expect(exchange.isUnanswered)
        #expect(exchange.handle(.responseBegan) == .proceed)
        #expect(exchange.handle(.responseEnded) == .serveNext)
    }

    // MARK: Persistence

    @Test func `the connection persists where the client wants it and the body is read`() {
        for wants in [true, false] {
            for hasBody in [true, false] {
                var exchange = Exchange(hasBody: hasBody, keepsAlive: wants)
                if hasBody { #expect(exchange.handle(.requestEnded) == .proceed) }
                #expect(exchange.persistsAfterResponse == wants)
                _ = exchange.handle(.responseBegan)
                #expect(exchange.persistsAfterResponse == wants)
                #expect(exchange.handle(.responseEnded) == (wants ? .serveNext : .close))
            }
        }
    }

    @Test func `a request that its limits refuse is answered, and a late admission changes nothing`() {
        var exchange = Exchange(hasBody: false, keepsAlive: true)
        _ = exchange.handle(.admissionAwaited)
        #expect(exchange.isUnanswered)
        #expect(exchange.handle(.failed) == .answer)
        #expect(exchange.handle(.admitted) == .ignore)
        #expect(exchange.handle(.responseBegan) == .proceed)
        #expect(exchange.handle(.responseEnded) == .serveNext)
    }

    @Test func `an early response closes, although the rest of the body arrives behind its head`() {
        var exchange = Exchange(hasBody: true, keepsAlive: true)
        #expect(!exchange.persistsAfterResponse)
        _ = exchange.handle(.responseBegan)
        _ = exchange.handle(.requestEnded)
        // The head has said so.
        #expect(!exchange.persistsAfterResponse)
        #expect(exchange.handle(.responseEnded) == .close)
    }

    @Test func `a drain closes behind the response that is under way`() {
        var exchange = Exchange(hasBody: false, keepsAlive: true)
        _ = exchange.handle(.responseBegan)
        exchange.closeAfterResponse()
        #expect(!exchange.persistsAfterResponse)
        #expect(exchange.handle(.responseEnded) == .close)
    }

    // MARK: Questions

    @Test func `it is receiving until the body has ended`() {
        var exchange = Exchange(hasBody: true, keepsAlive: true)
        #expect(exchange.isReceiving)
        _ = exchange.handle(.requestEnded)
        #expect(!exchange.isReceiving)
        #expect(!Exchange(hasBody: false, keepsAlive: true).isReceiving)
    }

    @Test func `it is unanswered until a response begins or nobody is left to be answered`() {
        for (event, isUnanswered) in zip(Self.events, [true, false, false, true, false, true, true]) {
            var exchange = Exchange(hasBody: true, keepsAlive: true)
            #expect(exchange.isUnanswered)
            _ = exchange.handle(event)
            #expect(exchange.isUnanswered == isUnanswered, "\(event)")
        }
    }

    @Test func `a body that ends behind the response is noted`() {
        var exchange = State.answeredEarly.make()
        #expect(exchange.isReceiving)
        _ = exchange.handle(.requestEnded)
        #expect(!exchange.isReceiving)
    }
}
