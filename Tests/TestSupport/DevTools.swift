import Foundation
import Synchronization

/// A browser's DevTools: commands out, replies in, as JSON texts that a zero byte ends.
///
/// Events are not kept: what a test waits for happens in the page, which tells by its reply.
final class DevTools: Sendable {
    private struct State {
        var lastIdentifier = 0
        var replies: [Int: Data] = [:]
        var isClosed = false
    }

    /// What the reading thread shares; it does not keep the connection alive.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private struct Command<Parameters: Encodable>: Encodable {
        let id: Int
        let method: String
        let params: Parameters
        let sessionId: String?
    }

    private struct Envelope: Decodable {
        let id: Int?
    }

    private struct Reply<Result: Decodable>: Decodable {
        struct Failure: Decodable {
            let message: String
        }

        let result: Result?
        let error: Failure?
    }

    /// The result of a command that only acts.
    struct Nothing: Codable {}

    private let socket: Socket
    private let shared = Shared()
    private let writing = Mutex(())

    init(_ socket: Socket) {
        self.socket = socket
        Thread.detachNewThread { [shared] in DevTools.read(from: socket, into: shared) }
    }

    deinit { socket.shutDown() }

    /// Sends a command, to the browser or to one of its pages, and waits for the reply.
    func call<Result: Decodable>(
        _ method: String,
        _ parameters: some Encodable = Nothing(),
        session: String? = nil,
        as _: Result.Type = Nothing.self
    ) throws -> Result {
        let identifier = shared.state.withLock { state in
            state.lastIdentifier += 1
            return state.lastIdentifier
        }
        let command = Command(id: identifier, method: method, params: parameters, sessionId: session)
        let text = try JSONEncoder().encode(command)
        try writing.withLock { _ in try socket.write(Array(text) + [0]) }
        var reply: Data?
        try eventually("the reply to \(method)", within: .seconds(60)) {
            let isClosed = shared.state.withLock { state in
                reply = state.replies.removeValue(forKey: identifier)
                return state.isClosed
            }
            if reply == nil, isClosed { throw SocketError.ended("the browser ended during \(method)") }
            return reply != nil
        }
        let decoded = try JSONDecoder().decode(Reply<Result>.self, from: reply ?? Data())
        guard let result = decoded.result else {
            throw SocketError.ended("\(method): \(decoded.error?.message ?? "no result")")
        }
        return result
    }

    private static func read(from socket: Socket, into shared: Shared) {
        let reader = ByteReader(socket: socket)
        // A thread of its own waits as long as the browser lives; how its connection ends makes no difference.
        _ = Result {
            while let message = try reader.read(through: [0], within: .seconds(86_400)) {
                let text = Data(message.dropLast())
                guard let identifier = try JSONDecoder().decode(Envelope.self, from: text).id else {
                    continue
                }
                shared.state.withLock { $0.replies[identifier] = text }
            }
        }
        shared.state.withLock { $0.isClosed = true }
    }
}
