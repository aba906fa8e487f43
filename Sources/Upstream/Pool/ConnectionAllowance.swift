import Sockets
import Synchronization

/// How many connections to upstreams the pools of all shards may have together, in use and unused.
///
/// A connection takes a place before it is made and gives it back when it is closed. Where none is left, the
/// connection goes that has been unused for longest, whichever pool it is in; only then a request waits.
public final class ConnectionAllowance: Sendable {
    /// One pool's part.
    final class Member: Sendable {
        /// Raised when the pool is to give unused connections up, or may try again to get a place.
        let signal: WakeSignal
        fileprivate let index: Int
        /// Since when the pool's oldest unused connection rests, in nanoseconds.
        private let oldest = Atomic<UInt64>(.max)

        fileprivate init(_ signal: WakeSignal, index: Int) {
            self.signal = signal
            self.index = index
        }

        /// Since when the pool's oldest unused connection rests; the distant future where there is none.
        var oldestIdle: MonotonicTime {
            get { MonotonicTime(nanoseconds: oldest.load(ordering: .sequentiallyConsistent)) }
            // Whoever looks for an unused connection must see it, or be seen waiting by whoever has it.
            set { oldest.store(newValue.nanoseconds, ordering: .sequentiallyConsistent) }
        }
    }

    /// What asking for a place gives.
    enum Answer {
        /// A place.
        case granted
        /// The asking pool's own oldest unused connection has to go, and its place is the one asked for.
        case closeOldest
        /// None now; the member's signal will be raised.
        case wait
    }

    private struct State {
        var maximum: Int
        var taken = 0
        var members: [Member] = []
        /// How many requests wait, by member.
        var waiting: [Int] = []
        /// How many unused connections a member has been asked to give up and has not yet, by member.
        var owed: [Int] = []
        /// Whose turn it is to get a place that becomes free.
        var turn = 0
    }

    private let state: Mutex<State>
    private let waitingCount = Atomic<Int>(0)

    /// Makes an allowance of so many places.
    public init(maximum: Int) {
        state = Mutex(State(maximum: maximum))
    }

    /// Adds a pool.
    func join() throws(SystemError) -> Member {
        let signal = try WakeSignal()
        return state.withLock { state in
            let member = Member(signal, index: state.members.count)
            state.members.append(member)
            state.waiting.append(0)
            state.owed.append(0)
            return member
        }
    }

    /// How many there may be.
    public var maximum: Int { state.withLock { $0.maximum } }

    /// Changes how many there may be; unused ones above it go, those in use stay.
    public func change(maximum: Int) {
        state.withLock { state in
            state.maximum = maximum
            for member in state.members { member.signal.raise() }
        }
    }

    /// Whether more are open than there may be.
    var isExceeded: Bool { state.withLock { $0.taken > $0.maximum } }

    /// Gives a place back where more are open than there may be; the caller then closes a connection.
    func giveBackExcess() -> Bool {
        state.withLock { state in
            guard state.taken > state.maximum else { return false }
            state.taken -= 1
            return true
        }
    }

    /// Whether a request of any pool waits: then whoever has an unused connection gives it up.
    var isWantedElsewhere: Bool { waitingCount.load(ordering: .sequentiallyConsistent) > 0 }

    /// Takes a place, or joins those that wait for one.
    ///
    /// - Parameter isWaiting: Whether the request is counted among those that wait already; one that gets a
    ///   place no longer is.
    func take(for member: Member, isWaiting: Bool) -> Answer {
        state.withLock { state in
            if state.taken < state.maximum {
                state.taken += 1
                if isWaiting { count(-1, of: member, &state) }
                return .granted
            }
            // First seen waiting, then looking: so that no connection comes to rest unnoticed in between.
            if !isWaiting { count(1, of: member, &state) }
            let oldest = oldestMember(state, besides: nil)
            if oldest === member, state.taken <= state.maximum {
                count(-1, of: member, &state)
                return .closeOldest
            }
            if state.owed.reduce(0, +) < state.waiting.reduce(0, +) { _ = ask(&state) }
            return .wait
        }
    }

    /// Gives a place back.
    func giveBack() {
        state.withLock { state in
            state.taken -= 1
            if state.taken < state.maximum { signalNext(&state) }
        }
    }

    /// A request of a member waits no more.
    func stopWaiting(_ member: Member) {
        state.withLock { count(-1, of: member, &$0) }
    }

    /// A member has done what it could with the places that were free: it is another one's turn.
    func passOn() {
        state.withLock { state in
            if state.taken < state.maximum { signalNext(&state) }
        }
    }

    /// Asks the pool with the oldest unused connection to give it up, for whoever lacks a descriptor.
    ///
    /// - Returns: Whether there is one.
    func askForDescriptor() -> Bool {
        state.withLock { ask(&$0) }
    }

    /// How many unused connections a member has to give up; asked for once.
    func takeOwed(by member: Member) -> Int {
        state.withLock { state in
            defer { state.owed[member.index] = 0 }
            return state.owed[member.index]
        }
    }

    /// A member had fewer to give than it was asked for: others may have some.
    func couldNotGive(_ number: Int, _ member: Member) {
        state.withLock { state in
            for _ in 0..<min(number, state.waiting.reduce(0, +)) {
                guard ask(&state, besides: member) else { return }
            }
        }
    }

    private func count(_ change: Int, of member: Member, _ state: inout State) {
        state.waiting[member.index] += change
        waitingCount.add(change, ordering: .sequentiallyConsistent)
    }

    private func oldestMember(_ state: State, besides excluded: Member?) -> Member? {
        var oldest: (member: Member, time: MonotonicTime)?
        for member in state.members where member !== excluded {
            let time = member.oldestIdle
            if time < oldest?.time ?? .distantFuture { oldest = (member, time) }
        }
        return oldest?.member
    }

    private func ask(_ state: inout State, besides excluded: Member? = nil) -> Bool {
        guard let member = oldestMember(state, besides: excluded) else { return false }
        state.owed[member.index] += 1
        member.signal.raise()
        return true
    }

    private func signalNext(_ state: inout State) {
        for step in 0..<state.members.count {
            let index = (state.turn + step) % state.members.count
            guard state.waiting[index] > 0 else { continue }
            state.turn = index + 1
            return state.members[index].signal.raise()
        }
    }
}
