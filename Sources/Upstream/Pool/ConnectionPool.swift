import HTTPSyntax
import Sockets

/// Keeps the upstream connections of one shard and hands them to one request at a time.
public final class ConnectionPool {
    let loop: EventLoop
    private let dialer: Dialer
    let allowance: ConnectionAllowance
    let membership: ConnectionAllowance.Member
    private var hosts: [ConnectionKey: HostConnections] = [:]
    private var unused: UnusedConnections
    private var waiting: WaitingTickets
    private lazy var leaving = LeavingConnections(on: loop) { [unowned self] in closeUnused($0) }
    private var openCount = 0
    private var counted = PoolFigures()

    /// Makes an empty pool whose connections live on a loop.
    ///
    /// - Parameters:
    ///   - allowance: What it shares with other pools.
    ///   - maximumLookups: How many look-ups of names that clients choose may run at a time.
    /// - Throws: `internalError` where libcurl cannot be initialised.
    public init(
        loop: EventLoop,
        sharing allowance: ConnectionAllowance,
        maximumLookups: Int = 256
    ) throws(ConnectFailure) {
        self.loop = loop
        self.allowance = allowance
        dialer = try Dialer(loop: loop)
        dialer.lookups.maximum = maximumLookups
        do throws(SystemError) {
            membership = try allowance.join()
        } catch {
            throw .internalError
        }
        unused = UnusedConnections(of: membership)
        waiting = WaitingTickets(on: loop, for: allowance, as: membership)
        try watchAllowance()
    }

    /// Lets libcurl work; to be called after each round of the loop.
    public func finishRound() {
        dialer.finishRound()
    }

    /// Names whose look-ups those of clients cannot hold up: the configuration's own.
    public func setConfiguredNames(_ names: Set<String>) {
        dialer.lookups.configuredNames = names
    }

    /// The connections that are open or being made.
    public var connectionCount: Int { openCount }

    /// What the pool has and has done.
    public var figures: PoolFigures {
        var figures = counted
        figures.idle = unused.count
        figures.waiting = waiting.count
        figures.dialing = dialer.dialCount
        figures.easyHandles = dialer.handleCount
        figures.inUse = openCount - figures.idle - figures.dialing
        return figures
    }

    /// Hands out how long the steps of the dials took that have ended since the last call.
    public func takeDialTimes() -> [DialTimes] {
        dialer.takeTimes()
    }

    // MARK: Taking

    /// Takes an unused connection, or starts to make one.
    ///
    /// - Parameters:
    ///   - isFresh: Whether it has to be a new one.
    ///   - client: On whose behalf.
    ///   - completion: Called later, once, unless the answer is a connection or the ticket is cancelled.
    public func take(
        _ request: ConnectionRequest,
        fresh isFresh: Bool,
        for client: ClientNetwork,
        completion: @escaping (Result<UpstreamConnection, ConnectFailure>) -> Void
    ) -> PoolAnswer {
        if !isFresh, let connection = takeUnused(request) { return .connection(connection) }
        let ticket = ConnectionTicket(request, isFresh: isFresh, for: client, completion)
        let host = host(request.key)
        if !host.isWaitedFor, makeRoom(host, for: request), takePlace(ticket) {
            dial(ticket)
        } else if !ticket.isWaiting {
            wait(ticket)
        }
        return .pending(ticket)
    }

    /// Takes an unused connection, `nil` where there is none.
    public func takeUnused(_ request: ConnectionRequest) -> UpstreamConnection? {
        hosts[request.key].flatMap { takeIdle($0, request) }
    }

    private func host(_ key: ConnectionKey) -> HostConnections {
        if let known = hosts[key] { return known }
        let host = HostConnections()
        hosts[key] = host
        return host
    }

    private func takeIdle(_ host: HostConnections, _ request: ConnectionRequest) -> UpstreamConnection? {
        while let connection = host.lastUnused {
            wake(connection)
            guard connection.isFresh, connection.permits(request) else {
                connection.close()
                countOut(request.key)
                continue
            }
            counted.reused += 1
            return connection
        }
        return nil
    }

    // MARK: Waiting

    private func wait(_ ticket: ConnectionTicket) {
        waiting.add(ticket, to: host(ticket.request.key)) { [unowned self] in giveUpWaiting(ticket) }
    }

    private func giveUpWaiting(_ ticket: ConnectionTicket) {
        let key = ticket.request.key
        let isBoundByHost = hosts[key]?.mayGrow(ticket.request) == false
        stopWaiting(ticket)
        serveWaiting(key)
        ticket.complete(.failure(isBoundByHost ? .busy : .exhausted))
    }

    /// - Parameter hasPlace: Whether the ticket has got its place, and is not counted as waiting any more.
    private func stopWaiting(_ ticket: ConnectionTicket, hasPlace: Bool = false) {
        guard ticket.isWaiting else { return }
        let key = ticket.request.key
        let host = hosts[key]
        waiting.remove(ticket, from: host, hasPlace: hasPlace)
        if host?.isEmpty == true { hosts[key] = nil }
    }

    /// Gives those that wait for a host what there is, in their order.
    private func serveWaiting(_ key: ConnectionKey) {
        while let host = hosts[key], let ticket = host.firstWaiting {
            if !ticket.isFresh, let connection = takeIdle(host, ticket.request) {
                stopWaiting(ticket)
                ticket.complete(.success(connection))
            } else {
                guard makeRoom(host, for: ticket.request), takePlace(ticket) else { return }
                dial(ticket)
            }
        }
    }

    /// Whether one more connection to a host may be made; an unused one that would not do gives its place up.
    private func makeRoom(_ host: HostConnections, for request: ConnectionRequest) -> Bool {
        if host.mayGrow(request) { return true }
        guard let connection = host.lastUnused else { return false }
        wake(connection)
        connection.close()
        countOut(request.key)
        return true
    }

    /// Takes a place among all connections for a ticket, which then waits no more.
    private func takePlace(_ ticket: ConnectionTicket) -> Bool {
        let isWaitingForPlace = ticket.isWaitingForPlace
        switch allowance.take(for: membership, isWaiting: isWaitingForPlace) {
        case .granted: break
        case .closeOldest: closeOldest(keepingPlace: true)
        case .wait:
            if !ticket.isWaiting { wait(ticket) }
            if !isWaitingForPlace { waiting.addForPlace(ticket) }
            return false
        }
        stopWaiting(ticket, hasPlace: true)
        return true
    }

    /// Serves those for which no connection could be made, while there are places.
    func serveWaitingForPlace() {
        while let ticket = waiting.firstForPlace {
            serveWaiting(ticket.request.key)
            guard ticket.isWaitingForPlace else { continue }
            // Its host may be at its own bound meanwhile: then it waits there.
            guard hosts[ticket.request.key]?.mayGrow(ticket.request) == false else { return }
            waiting.removeForPlace(ticket)
        }
    }

    private func dial(_ ticket: ConnectionTicket) {
        host(ticket.request.key).countIn()
        openCount += 1
        startDial(ticket)
    }

    private func startDial(_ ticket: ConnectionTicket) {
        do throws(ConnectFailure) {
            let dial = try dialer.dial(ticket.request, for: ticket.client) { [unowned self] result in
                ticket.endDial()
                dialEnded(ticket, result)
            }
            ticket.begin(dial)
        } catch {
            dialEnded(ticket, .failure(error))
        }
    }

    private func dialEnded(_ ticket: ConnectionTicket, _ result: Result<UpstreamConnection, ConnectFailure>) {
        switch result {
        case .success:
            counted.opened += 1
        case .failure(.noDescriptor) where hasUnused:
            closeOldest(keepingPlace: false)
            return startDial(ticket)
        case .failure:
            counted.failed += 1
            connectionEnded(ticket.request.key)
        }
        ticket.complete(result)
    }

    /// Gives up waiting for a connection.
    public func cancel(_ ticket: ConnectionTicket) {
        ticket.giveUp()
        if let dial = ticket.endDial() {
            dialer.cancel(dial)
            connectionEnded(ticket.request.key)
        } else {
            stopWaiting(ticket)
            serveWaiting(ticket.request.key)
        }
    }

    // MARK: Giving back

    /// Returns a connection whose last response was read to its end; one that was made for a tunnel serves no other.
    public func giveBack(_ connection: UpstreamConnection) {
        let idleTimeout = connection.request.profile.poolIdleNanoseconds
        guard !connection.isClosed, idleTimeout > 0, !connection.request.isForTunnel else {
            return discard(connection)
        }
        let host = home(of: connection)
        let now = loop.now
        let places = UpstreamConnection.Places(
            amongHost: host.keep(connection),
            amongAll: unused.add(connection, from: now)
        )
        connection.rest(at: places, from: now, for: idleTimeout)
        if host.isWaitedFor { serveWaiting(connection.request.key) }
        if allowance.isWantedElsewhere { closeOldest(keepingPlace: false) }
    }

    /// Takes a connection out of those that are unused, where it is one of them.
    private func wake(_ connection: UpstreamConnection) {
        guard let home = connection.home, let places = connection.takePlaces() else { return }
        home.release(at: places.amongHost)
        unused.remove(at: places.amongAll)
    }

    /// Where a connection belongs; looked up when it comes back for the first time.
    private func home(of connection: UpstreamConnection) -> HostConnections {
        if let home = connection.home { return home }
        let key = connection.request.key
        let home = host(key)
        connection.settle(in: home) { [unowned self] connection in
            wake(connection)
            discard(connection)
        }
        return home
    }

    /// Closes a connection that cannot serve another request.
    public func discard(_ connection: UpstreamConnection) {
        connection.close()
        connectionEnded(connection.request.key)
    }

    /// Whether there is a connection that nobody uses.
    var hasUnused: Bool { !unused.isEmpty }

    /// Closes all that is unused and of a profile whose number is to go, a few in each round.
    public func closeIdle(where goes: (Int) -> Bool = { _ in true }) {
        leaving.add(unused.all { goes($0.request.profile.number) })
    }

    /// Closes the connection that has been unused for longest.
    ///
    /// - Parameter keepingPlace: Whether its place among all goes to whoever calls this.
    func closeOldest(keepingPlace: Bool) {
        guard let connection = unused.oldest else { return }
        counted.evicted += 1
        wake(connection)
        connection.close()
        countOut(connection.request.key, keepingPlace: keepingPlace)
    }

    /// Closes a connection, unless it is used.
    private func closeUnused(_ connection: UpstreamConnection) {
        guard connection.isUnused else { return }
        wake(connection)
        discard(connection)
    }

    private func connectionEnded(_ key: ConnectionKey) {
        countOut(key)
        serveWaiting(key)
    }

    private func countOut(_ key: ConnectionKey, keepingPlace: Bool = false) {
        openCount -= 1
        if !keepingPlace { allowance.giveBack() }
        guard let host = hosts[key] else { return }
        host.countOut()
        if host.isEmpty { hosts[key] = nil }
    }
}
