import Foundation
import Synchronization

/// A browser's DevTools: commands out, replies in, as JSON texts that a zero byte ends.
///
/// Events are kept only of pages that ask for it: most of what a test waits for happens in the page, which
/// tells by its reply.
final class DevTools: Sendable {
    private struct State {
        var lastIdentifier = 0
        var replies: [Int: Data] = [:]
        /// By session, for those whose events are kept.
        var events: [String: [Data]] = [:]
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
        let method: String?
        let sessionId: String?
    }

    private struct Event<Parameters: Decodable>: Decodable {
        let params: Parameters
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

    /// Keeps the events of a page from now on.
    func keepEvents(of session: String) {
        shared.state.withLock { $0.events[session] = [] }
    }

    /// The parameters of the events of one name that a page has had so far.
    func events<Parameters: Decodable>(
        _ method: String,
        of session: String,
        as _: Parameters.Type
    ) throws -> [Parameters] {
        let texts = shared.state.withLock { $0.events[session] ?? [] }
        let decoder = JSONDecoder()
        return try texts.filter { try decoder.decode(Envelope.self, from: $0).method == method }
            .map { try decoder.decode(Event<Parameters>.self, from: $0).params }
    }

    private static func read(from socket: Socket, into shared: Shared) {
        let reader = ByteReader(socket: socket)
        // A thread of its own waits as long as the browser lives; how its connection ends makes no difference.
        _ = Result {
            while let message = try reader.read(through: [0], within: .seconds(86_400)) {
                let text = Data(message.dropLast())
                let envelope = try JSONDecoder().decode(Envelope.self, from: text)
                shared.state.withLock { state in
                    if let identifier = envelope.id {
                        state.replies[identifier] = text
                    } else if let session = envelope.sessionId {
                        state.events[session]?.append(text)
                    }
                }
            }
        }
        shared.state.withLock { $0.isClosed = true }
    }
}
