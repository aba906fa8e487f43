import IPAddresses
import Sockets
import Upstream

/// Streams over the connections of a pool.
final class PooledUpstreams: UpstreamProvider {
    let pool: ConnectionPool
    let buffers: BufferPool

    init(_ pool: ConnectionPool, buffers: BufferPool) {
        self.pool = pool
        self.buffers = buffers
    }

    func open(_ request: ConnectionRequest, fresh: Bool, for client: IPAddress?, _ transfer: Transfer)
        -> UpstreamOpening
    {
        if !fresh, let connection = pool.takeUnused(request) {
            return .opened(stream(over: connection, request, transfer))
        }
        let answer = pool.take(request, fresh: fresh, for: ClientNetwork(client)) { [self] result in
            switch result {
            case .success(let connection): transfer.opened(stream(over: connection, request, transfer))
            case .failure(let failure): transfer.openingFailed(failure)
            }
        }
        switch answer {
        case .connection(let connection): return .opened(stream(over: connection, request, transfer))
        case .pending(let ticket): return .pending(Pending(pool, ticket))
        }
    }

    private func stream(
        over connection: UpstreamConnection,
        _ request: ConnectionRequest,
        _ transfer: Transfer
    ) -> HTTP1Upstream {
        HTTP1Upstream(connection, absoluteForm: request.absoluteForm, of: self, for: transfer)
    }

    private final class Pending: PendingUpstream {
        private let pool: ConnectionPool
        private let ticket: ConnectionTicket

        init(_ pool: ConnectionPool, _ ticket: ConnectionTicket) {
            self.pool = pool
            self.ticket = ticket
        }

        func cancel() {
            pool.cancel(ticket)
        }
    }
}
