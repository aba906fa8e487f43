import Foundation
import Synchronization

/// A TCP server whose every connection runs a script on a thread of its own.
///
/// It records the requests that came in whole, and how many connections were opened and closed.
package final class ScriptedUpstream: Sendable {
    package typealias Script = @Sendable (ScriptedConnection) throws -> Void

    private struct State {
        var requests: [RecordedRequest] = []
        var sockets: [Socket] = []
        var closed = 0
        var isStopped = false
    }

    private let state: Shared
    package let host: String
    package let port: Int

    /// What the threads share; they do not keep the upstream itself alive.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// - Parameter port: Where to listen; 0 takes any free port.
    package init(host: String = "127.0.0.1", port: Int = 0, _ script: @escaping Script) throws {
        let listener = try TestListener(host: host, port: port)
        let shared = Shared()
        self.host = host
        self.port = listener.port
        state = shared
        Thread.detachNewThread {
            while !shared.state.withLock({ $0.isStopped }) {
                guard let socket = listener.accept() else { continue }
                let index = shared.state.withLock { state -> Int? in
                    guard !state.isStopped else { return nil }
                    state.sockets.append(socket)
                    return state.sockets.count - 1
                }
                guard let index else { break }
                Thread.detachNewThread { ScriptedUpstream.run(script, index: index, on: socket, shared) }
            }
        }
    }

    /// An upstream that answers each request with what `respond` makes of it, for as long as the peer stays.
    ///
    /// A HEAD gets the head of that answer only.
    package convenience init(
        host: String = "127.0.0.1",
        respond: @escaping @Sendable (RecordedRequest) throws -> String
    ) throws {
        try self.init(host: host) { connection in
            while let request = try connection.readRequest() {
                let answer = try respond(request)
                let head = answer.range(of: "\r\n\r\n").map { String(answer[..<$0.upperBound]) }
                try connection.send(request.method == "HEAD" ? head ?? answer : answer)
            }
        }
    }

    deinit {
        let sockets = state.state.withLock { state in
            state.isStopped = true
            return state.sockets
        }
        for socket in sockets { socket.shutDown() }
    }

    private static func run(_ script: Script, index: Int, on socket: Socket, _ shared: Shared) {
        let connection = ScriptedConnection(index: index, socket: socket) { request in
            shared.state.withLock { $0.requests.append(request) }
        }
        // A script that fails has met a peer that left: what the client saw is what the test asserts.
        _ = Result { try script(connection) }
        socket.close()
        shared.state.withLock { $0.closed += 1 }
    }

    /// The requests that came in whole, in the order of their last bytes.
    package var requests: [RecordedRequest] { state.state.withLock { $0.requests } }

    package var openedConnections: Int { state.state.withLock { $0.sockets.count } }

    /// How many scripts have ended.
    package var closedConnections: Int { state.state.withLock { $0.closed } }

    /// The URL of a path on this upstream.
    package func url(_ path: String = "/") -> String { "http://\(authority)\(path)" }

    package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
