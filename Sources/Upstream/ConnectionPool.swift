import HTTPSyntax
import Sockets

/// Waits for a connection; cancelled when the request is given up.
public final class ConnectionTicket {
    fileprivate let request: ConnectionRequest
    fileprivate let isFresh: Bool
    fileprivate var completion: ((Result<UpstreamConnection, ConnectFailure>) -> Void)?
    fileprivate var dial: Dial?
    /// Where its deadline is set while it waits for a place.
    fileprivate var place: EventToken?

    fileprivate init(
        _ request: ConnectionRequest,
        isFresh: Bool,
        _ completion: @escaping (Result<UpstreamConnection, ConnectFailure>) -> Void
    ) {
        self.request = request
        self.isFresh = isFresh
        self.completion = completion
    }
}

/// What taking a connection from the pool gives.
public enum PoolAnswer {
    /// A connection, at once.
    case connection(UpstreamConnection)
    /// The ticket's completion will tell.
    case pending(ConnectionTicket)
}

/// Keeps the upstream connections of one shard and hands them to one request at a time.
public final class ConnectionPool {
    private let loop: EventLoop
    private let dialer: Dialer
    private var hosts: [ConnectionKey: HostConnections] = [:]
    private var openCount = 0
    private var counted = PoolFigures()

    /// Makes an empty pool whose connections live on a loop.
    ///
    /// - Throws: `internalError` where libcurl cannot be initialised.
    public init(loop: EventLoop) throws(ConnectFailure) {
        self.loop = loop
        dialer = try Dialer(loop: loop)
    }

    /// Lets libcurl work; to be called after each round of the loop.
    public func finishRound() {
        dialer.finishRound()
    }

    /// The connections that are open or being made.
    public var connectionCount: Int { openCount }

    /// What the pool has and has done.
    public var figures: PoolFigures {
        var figures = counted
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
    ///   - completion: Called later, once, unless the answer is a connection or the ticket is cancelled.
    public func take(
        _ request: ConnectionRequest,
        fresh isFresh: Bool,
        completion: @escaping (Result<UpstreamConnection, ConnectFailure>) -> Void
    ) -> PoolAnswer {
        if !isFresh, let connection = takeUnused(request) { return .connection(connection) }
        let key = request.key
        let ticket = ConnectionTicket(request, isFresh: isFresh, completion)
        if makeRoom(key, for: request) {
            dial(ticket)
        } else {
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

    /// Whether one more connection may be made; an unused one that would not do gives its place up.
    private func makeRoom(_ key: ConnectionKey, for request: ConnectionRequest) -> Bool {
        let bound = request.profile.maximumConnectionsPerHost
        guard bound > 0, let host = hosts[key], host.connectionCount >= bound else { return true }
        guard let idle = host.idle.popLast() else { return false }
        counted.idle -= 1
        drop(idle)
        return true
    }

    private func wait(_ ticket: ConnectionTicket) {
        let request = ticket.request
        let place = loop.register(PlaceDeadline { [unowned self] in giveUpWaiting(ticket) })
        ticket.place = place
        loop.setDeadline(
            loop.now.advanced(byNanoseconds: request.profile.connectTimeout.inNanoseconds),
            for: place
        )
        host(request.key).waiting.append(ticket)
        counted.waiting += 1
    }

    private func giveUpWaiting(_ ticket: ConnectionTicket) {
        stopWaiting(ticket)
        complete(ticket, .failure(.busy))
    }

    private func stopWaiting(_ ticket: ConnectionTicket) {
        guard let place = ticket.place else { return }
        ticket.place = nil
        counted.waiting -= 1
        loop.deregister(place)
        hosts[ticket.request.key]?.waiting.removeAll { $0 === ticket }
    }

    private func takeIdle(_ host: HostConnections, _ request: ConnectionRequest) -> UpstreamConnection? {
        while let connection = host.idle.popLast() {
            counted.idle -= 1
            guard connection.isFresh(), passes(connection, request) else {
                drop(connection)
                continue
            }
            counted.reused += 1
            return connection
        }
        return nil
    }

    /// The guard judges a pooled connection too: it may have been made under a laxer one.
    private func passes(_ connection: UpstreamConnection, _ request: ConnectionRequest) -> Bool {
        guard connection.request.proxy?.url == request.proxy?.url else { return false }
        if connection.passedGuard == request.addressGuard.number { return true }
        guard let peer = connection.peer, request.refusal(of: peer) == nil else { return false }
        connection.passedGuard = request.addressGuard.number
        return true
    }

    private func dial(_ ticket: ConnectionTicket) {
        host(ticket.request.key).connectionCount += 1
        openCount += 1
        do throws(ConnectFailure) {
            ticket.dial = try dialer.dial(ticket.request) { [unowned self] result in
                ticket.dial = nil
                switch result {
                case .success:
                    counted.opened += 1
                case .failure:
                    counted.failed += 1
                    connectionEnded(ticket.request.key)
                }
                complete(ticket, result)
            }
        } catch {
            counted.failed += 1
            connectionEnded(ticket.request.key)
            complete(ticket, .failure(error))
        }
    }

    private func complete(_ ticket: ConnectionTicket, _ result: Result<UpstreamConnection, ConnectFailure>) {
        let completion = ticket.completion
        ticket.completion = nil
        completion?(result)
    }

    /// Gives up waiting for a connection.
    public func cancel(_ ticket: ConnectionTicket) {
        ticket.completion = nil
        let key = ticket.request.key
        if let dial = ticket.dial {
            ticket.dial = nil
            dialer.cancel(dial)
            connectionEnded(key)
        } else {
            stopWaiting(ticket)
        }
    }

    // MARK: Giving back

    /// Returns a connection whose last response was read to its end.
    public func giveBack(_ connection: UpstreamConnection) {
        let idleTimeout = connection.request.profile.poolIdleNanoseconds
        guard !connection.isClosed, idleTimeout > 0 else { return discard(connection) }
        let host = home(of: connection)
        connection.rest(until: loop.now.advanced(byNanoseconds: idleTimeout))
        host.idle.append(connection)
        counted.idle += 1
        if !host.waiting.isEmpty { serveWaiting(connection.request.key) }
    }

    /// Where a connection belongs; looked up when it comes back for the first time.
    private func home(of connection: UpstreamConnection) -> HostConnections {
        if let home = connection.home { return home }
        let key = connection.request.key
        let home = host(key)
        connection.home = home
        connection.onIdleEnd = { [unowned self, unowned home] connection in
            home.idle.removeAll { $0 === connection }
            counted.idle -= 1
            connectionEnded(key)
        }
        return home
    }

    /// Closes a connection that cannot serve another request.
    public func discard(_ connection: UpstreamConnection) {
        connection.close()
        connectionEnded(connection.request.key)
    }

    /// Closes all that is unused and of a profile whose number is to go.
    public func closeIdle(where goes: (Int) -> Bool = { _ in true }) {
        for key in Array(hosts.keys) where goes(key.profile) {
            while let connection = hosts[key]?.idle.popLast() {
                counted.idle -= 1
                discard(connection)
            }
        }
    }

    /// Closes a connection whose place is taken by whoever calls this.
    private func drop(_ connection: UpstreamConnection) {
        connection.close()
        countOut(connection.request.key)
    }

    private func connectionEnded(_ key: ConnectionKey) {
        countOut(key)
        serveWaiting(key)
    }

    private func countOut(_ key: ConnectionKey) {
        guard let host = hosts[key] else { return }
        openCount -= 1
        host.connectionCount -= 1
        if host.connectionCount <= 0, host.idle.isEmpty, host.waiting.isEmpty { hosts[key] = nil }
    }

    private func serveWaiting(_ key: ConnectionKey) {
        while let host = hosts[key], let ticket = host.waiting.first {
            let connection = ticket.isFresh ? nil : takeIdle(host, ticket.request)
            guard connection != nil || makeRoom(key, for: ticket.request) else { return }
            stopWaiting(ticket)
            if let connection {
                complete(ticket, .success(connection))
            } else {
                dial(ticket)
            }
        }
    }
}

/// Ends the wait of a request that gets no place among the connections of its host.
private final class PlaceDeadline: EventHandler {
    private let pass: () -> Void

    init(_ pass: @escaping () -> Void) {
        self.pass = pass
    }

    func ready(for readiness: Readiness) {}

    func deadlinePassed() {
        pass()
    }
}
