import Testing

@testable import ProxyCore

@Suite struct HopMachineTests {
    /// Every state that a hop can be in, by a way that leads there.
    enum State: String, CaseIterable, CustomTestStringConvertible {
        case connecting, connectingWithBody
        case awaiting, awaitingWithBody, awaitingBroken
        case reading, readingEarly
        case ended

        var testDescription: String { rawValue }

        func make(isIdempotent: Bool = true) -> HopMachine {
            var machine: HopMachine
            switch self {
            case .connectingWithBody, .awaitingWithBody, .readingEarly:
                machine = HopMachine(hasBody: true, isIdempotent: isIdempotent)
            default:
                machine = HopMachine(hasBody: false, isIdempotent: isIdempotent)
            }
            for event in events { _ = machine.handle(event) }
            return machine
        }

        private var events: [HopMachine.Event] {
            switch self {
            case .connecting, .connectingWithBody: []
            case .awaiting, .awaitingWithBody: [.connected]
            case .awaitingBroken: [.connected, .requestBroken]
            case .reading, .readingEarly: [.connected, .responseBegan]
            case .ended: [.cancelled]
            }
        }
    }

    private static let events: [HopMachine.Event] = [
        .connected, .requestEnded, .requestBroken, .responseBegan,
        .responseEnded(persists: true), .responseEnded(persists: false),
        .failed(isRetrySafe: true), .failed(isRetrySafe: false), .deadlinePassed, .cancelled, .upgraded,
    ]

    /// For each state what becomes of each event, in the order of `events`.
    private static let table: [(State, [HopMachine.Action])] = [
        (
            .connecting,
            [
                .proceed, .proceed, .proceed, .ignore, .ignore, .ignore, .fail, .fail, .ignore,
                .stopDialling, .ignore,
            ]
        ),
        (
            .connectingWithBody,
            [
                .proceed, .proceed, .proceed, .ignore, .ignore, .ignore, .fail, .fail, .ignore,
                .stopDialling, .ignore,
            ]
        ),
        (
            .awaiting,
            [
                .ignore, .proceed, .proceed, .proceed, .ignore, .ignore, .dialFresh, .fail, .fail, .discard,
                .tunnel,
            ]
        ),
        (
            .awaitingWithBody,
            [.ignore, .proceed, .proceed, .proceed, .ignore, .ignore, .fail, .fail, .fail, .discard, .fail]
        ),
        (
            .awaitingBroken,
            [
                .ignore, .proceed, .proceed, .proceed, .ignore, .ignore, .dialFresh, .fail, .fail, .discard,
                .fail,
            ]
        ),
        (
            .reading,
            [
                .ignore, .proceed, .proceed, .ignore, .giveBack, .discard, .fail, .fail, .fail, .discard,
                .ignore,
            ]
        ),
        (
            .readingEarly,
            [
                .ignore, .proceed, .proceed, .ignore, .discard, .discard, .fail, .fail, .fail, .discard,
                .ignore,
            ]
        ),
        (.ended, Array(repeating: .ignore, count: 11)),
    ]

    @Test(arguments: table)
    func `each event has its action in each state`(state: State, actions: [HopMachine.Action]) {
        #expect(actions.count == Self.events.count)
        for (event, action) in zip(Self.events, actions) {
            var machine = state.make()
            #expect(machine.handle(event) == action, "\(event)")
        }
    }

    @Test func `the table has every state`() {
        #expect(Self.table.map(\.0) == State.allCases)
    }

    @Test(arguments: State.allCases)
    func `what is over stays over`(state: State) {
        for last in [HopMachine.Event.cancelled, .failed(isRetrySafe: false)] {
            var machine = state.make()
            _ = machine.handle(last)
            for event in Self.events { #expect(machine.handle(event) == .ignore, "\(last), \(event)") }
            #expect(machine.wait(isSending: true, isPaused: false) == nil)
        }
    }

    @Test func `only an idempotent request without a body is repeated`() {
        for isIdempotent in [true, false] {
            for hasBody in [true, false] {
                var machine = HopMachine(hasBody: hasBody, isIdempotent: isIdempotent)
                _ = machine.handle(.connected)
                let action = machine.handle(.failed(isRetrySafe: true))
                #expect(action == (isIdempotent && !hasBody ? .dialFresh : .fail))
            }
        }
    }

    @Test func `a repeated request goes its way, and its connection serves on`() {
        var machine = State.awaitingBroken.make()
        #expect(machine.handle(.failed(isRetrySafe: true)) == .dialFresh)
        #expect(machine.handle(.connected) == .proceed)
        #expect(machine.handle(.responseBegan) == .proceed)
        #expect(machine.handle(.responseEnded(persists: true)) == .giveBack)
    }

    @Test func `a response that comes before the request has ended leaves no connection behind`() {
        for endsBefore in [true, false] {
            var machine = State.readingEarly.make()
            if endsBefore { _ = machine.handle(.requestEnded) }
            #expect(machine.handle(.responseEnded(persists: true)) == (endsBefore ? .giveBack : .discard))
        }
        var broken = State.reading.make()
        _ = broken.handle(.requestBroken)
        #expect(broken.handle(.responseEnded(persists: true)) == .discard)
    }

    /// State, whether bytes wait for room, whether the client has enough; what the upstream is waited for.
    private static let waits: [(State, Bool, Bool, HopMachine.Wait?)] = [
        (.connecting, true, false, nil), (.connectingWithBody, true, true, nil),
        (.awaiting, true, false, .sending), (.awaiting, false, false, .response),
        (.awaitingWithBody, true, false, .sending), (.awaitingWithBody, false, false, nil),
        (.reading, false, false, .body), (.reading, false, true, nil), (.reading, true, true, .sending),
        (.readingEarly, true, false, .sending), (.readingEarly, false, false, .body),
        (.ended, true, false, nil),
    ]

    @Test(arguments: waits)
    func `the upstream is waited for only where it is its turn`(
        state: State,
        isSending: Bool,
        isPaused: Bool,
        wait: HopMachine.Wait?
    ) {
        #expect(state.make().wait(isSending: isSending, isPaused: isPaused) == wait)
    }
}
