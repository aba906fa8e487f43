import Sockets

/// What a pool gives up so that others, or clients, have room.
extension ConnectionPool {
    func watchAllowance() throws(ConnectFailure) {
        let waker = Waker(membership.signal) { [unowned self] in settleAllowance() }
        do throws(SystemError) {
            try loop.watch(membership.signal.number, .level(.readable), for: loop.register(waker))
        } catch {
            throw .internalError
        }
    }

    /// Gives up what other pools have asked for, and serves those for whom there is a place now.
    private func settleAllowance() {
        let owed = allowance.takeOwed(by: membership)
        let given = giveUpIdle(atMost: owed)
        if given < owed { allowance.couldNotGive(owed - given, membership) }
        for _ in 0..<LeavingConnections.maximumClosedAtOnce {
            // Claimed first: another pool may see the same excess at this moment.
            guard hasUnused, allowance.giveBackExcess() else { break }
            closeOldest(keepingPlace: true)
        }
        if allowance.isExceeded, hasUnused { membership.signal.raise() }
        serveWaitingForPlace()
        allowance.passOn()
    }

    /// Closes the connections that have been unused for longest, for the sake of their descriptors.
    ///
    /// - Returns: How many there were.
    public func giveUpIdle(atMost maximum: Int) -> Int {
        var number = 0
        while number < min(maximum, LeavingConnections.maximumClosedAtOnce), hasUnused {
            closeOldest(keepingPlace: false)
            number += 1
        }
        return number
    }

    /// Asks the other pools for the same.
    ///
    /// - Returns: Whether one of them has something to give.
    public func askOthersToGiveUpIdle() -> Bool {
        allowance.askForDescriptor()
    }
}
