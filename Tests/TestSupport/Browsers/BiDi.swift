import Foundation
import Synchronization

/// A connection that drives a browser by WebDriver BiDi: commands and replies as JSON, one after the other.
final class BiDi: Sendable {
    private struct State {
        let socket: WebSocketPeer
        var lastIdentifier = 0
    }

    private let state: Mutex<State>

    init(port: Int) throws {
        let lines = ["GET /session HTTP/1.1", "Host: 127.0.0.1:\(port)"] + WebSocketHandshake.fields
        let head = lines.joined(separator: "\r\n") + "\r\n\r\n"
        state = Mutex(State(socket: try RawClient(port: port).openWebSocket(head)))
        try call("session.new", ["capabilities": [String: String]()])
    }

    /// Sends a command, and waits for its result; events are passed over.
    @discardableResult
    func call(_ method: String, _ parameters: [String: Any]) throws -> [String: Any] {
        let text = try state.withLock { state in
            state.lastIdentifier += 1
            let command: [String: Any] = [
                "id": state.lastIdentifier, "method": method, "params": parameters,
            ]
            try state.socket.send(
                WebSocketFrame(.text, Array(JSONSerialization.data(withJSONObject: command)))
            )
            return try BiDi.reply(to: state.lastIdentifier, on: state.socket)
        }
        let reply = try BiDi.object(text)
        guard let result = reply["result"] as? [String: Any] else {
            throw SocketError.ended("\(method): \(String(decoding: text, as: UTF8.self))")
        }
        return result
    }

    private static func reply(to identifier: Int, on socket: WebSocketPeer) throws -> [UInt8] {
        var message: [UInt8] = []
        while let frame = try socket.receive() {
            if frame.opcode == .ping { try socket.send(WebSocketFrame(.pong, frame.payload)) }
            guard [.text, .continuation].contains(frame.opcode) else { continue }
            message += frame.payload
            guard frame.isFinal else { continue }
            if try object(message)["id"] as? Int == identifier { return message }
            message = []
        }
        throw SocketError.ended("the browser ended")
    }

    private static func object(_ text: [UInt8]) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any] ?? [:]
    }
}
