import HTTPSyntax
import IPAddresses
import Sockets
import TestSupport

@testable import Upstream

/// A pool on a loop that the test's own thread turns.
final class PoolHarness {
    let loop: EventLoop
    let pool: ConnectionPool

    /// - Parameter allowance: What the pool shares with others.
    init(
        sharing allowance: ConnectionAllowance = ConnectionAllowance(maximum: 1_000),
        maximumLookups: Int = 256
    ) throws {
        let loop = try EventLoop()
        let pool = try ConnectionPool(loop: loop, sharing: allowance, maximumLookups: maximumLookups)
        self.loop = loop
        self.pool = pool
        loop.afterRound = { pool.finishRound() }
    }

    deinit {
        loop.afterRound = nil
    }

    /// Turns the loop until a condition holds.
    func turn(until what: String, _ condition: () -> Bool) throws {
        try eventually(what) {
            loop.run()
            return condition()
        }
    }

    /// Asks the pool for a connection.
    func take(_ request: ConnectionRequest, fresh: Bool = false, for client: String? = nil) -> Taking {
        let taking = Taking()
        let client = ClientNetwork(client.flatMap { IPAddress($0) })
        switch pool.take(request, fresh: fresh, for: client, completion: { taking.take($0) }) {
        case .connection(let connection): taking.take(.success(connection))
        case .pending(let ticket): taking.ticket = ticket
        }
        return taking
    }

    /// Asks the pool for a connection and waits for it.
    func connect(_ request: ConnectionRequest, fresh: Bool = false) throws -> UpstreamConnection {
        let taking = take(request, fresh: fresh)
        try turn(until: "a connection") { taking.result != nil }
        guard let result = taking.result else { throw TimedOut("a connection") }
        return try result.get()
    }

    /// Asks the pool for a connection that cannot be made, and waits for the reason.
    func failure(_ request: ConnectionRequest) throws -> ConnectFailure? {
        let taking = take(request)
        try turn(until: "a failure") { taking.result != nil }
        return taking.failure
    }
}

/// What came of asking the pool; it holds the connection as a request would.
final class Taking: EventHandler {
    private(set) var result: Result<UpstreamConnection, ConnectFailure>?
    var ticket: ConnectionTicket?
    /// What the connection has become ready for.
    private(set) var readiness: Readiness = []

    func take(_ result: Result<UpstreamConnection, ConnectFailure>) {
        self.result = result
        connection?.attach(self)
    }

    func ready(for readiness: Readiness) {
        self.readiness.formUnion(readiness)
    }

    func deadlinePassed() {}

    var connection: UpstreamConnection? {
        guard case .success(let connection) = result else { return nil }
        return connection
    }

    var failure: ConnectFailure? {
        guard case .failure(let failure) = result else { return nil }
        return failure
    }
}

/// What connections are asked for with.
struct Asking {
    var scheme = TargetScheme.http
    var host = "127.0.0.1"
    var port: Int
    var profile = 0
    var verifiesTLS = true
    /// Whom certificates are verified by; nil for the system's authorities.
    var trust: TrustStore?
    /// Kept running.
    private var nginx: NginxProcess?
    var connectTimeout: Duration = .seconds(20)
    var poolIdleTimeout: Duration = .seconds(60)
    var maximumConnections = 0
    var isForTunnel = false
    var own: [SocketAddress] = []
    var guardNumber = 0
    var access = AddressGuard.PrivateAccess.all
    var denied: [NetworkBlock] = []
    var proxy: ProxyEndpoint?

    init(_ upstream: ScriptedUpstream) {
        port = upstream.port
    }

    init(port: Int) {
        self.port = port
    }

    var request: ConnectionRequest {
        ConnectionRequest(
            origin: TargetOrigin(scheme: scheme, host: host, port: UInt16(port)),
            profile: ConnectionProfile(
                number: profile,
                connectTimeout: connectTimeout,
                poolIdleTimeout: poolIdleTimeout,
                maximumConnectionsPerHost: maximumConnections,
                verifiesTLS: verifiesTLS,
                authorityFile: nil,
                connectTo: [],
                ownAddresses: own,
                trust: trust
            ),
            addressGuard: NumberedGuard(
                number: guardNumber,
                guardian: AddressGuard(allowPrivate: access, denied: denied)
            ),
            proxy: proxy,
            isForTunnel: isForTunnel
        )
    }

    /// The same with some of it changed.
    func with(_ change: (inout Asking) -> Void) -> ConnectionRequest {
        var changed = self
        change(&changed)
        return changed.request
    }
}

extension Asking {
    /// Over TLS, on this machine.
    init(_ nginx: NginxProcess, trust: TrustStore?) {
        self.init(port: nginx.port)
        scheme = .https
        host = "localhost"
        self.trust = trust
        self.nginx = nginx
    }
}

/// An upstream that keeps its connections open and says nothing.
func silentUpstream(host: String = "127.0.0.1") throws -> ScriptedUpstream {
    try ScriptedUpstream(host: host) { connection in try connection.awaitClose(within: .seconds(60)) }
}
