import Synchronization

/// Counts the tunnels of all shards, those included whose handshake is under way.
final class TunnelLimiter: Sendable {
    private struct State {
        var maximum: Int
        var count = 0
    }

    private let state: Mutex<State>

    init(maximum: Int) {
        state = Mutex(State(maximum: maximum))
    }

    /// Changes how many there may be; those that are open stay.
    func change(maximum: Int) {
        state.withLock { $0.maximum = maximum }
    }

    /// The tunnels there are.
    var count: Int { state.withLock { $0.count } }

    /// Takes a place; nil where all are taken.
    func take() -> TunnelPlace? {
        let isFree = state.withLock { state in
            guard state.count < state.maximum else { return false }
            state.count += 1
            return true
        }
        return isFree ? TunnelPlace(of: self) : nil
    }

    fileprivate func giveBack() {
        state.withLock { $0.count -= 1 }
    }
}

/// One tunnel's place, which is free again once nobody holds it.
final class TunnelPlace {
    private let limiter: TunnelLimiter

    fileprivate init(of limiter: TunnelLimiter) {
        self.limiter = limiter
    }

    deinit {
        limiter.giveBack()
    }
}
