import Foundation
import TestSupport

/// A page, and an upstream that answers the handshake of each combination in its own way.
final class HandshakeStage: Sendable {
    private let pages: PageServer
    private let upstream: ScriptedUpstream

    init() throws {
        pages = try PageServer()
        upstream = try ScriptedUpstream { connection in
            guard let head = try connection.readHead(), let key = head.value(of: "Sec-WebSocket-Key"),
                let number = Int(head.target.dropFirst())
            else { return }
            let answer = HandshakeCombination.all[number].answer
            try connection.send(answer.replacing("{accept}", with: WebSocketHandshake.accept(key)))
            guard answer.contains(" 101 "), answer.hasSuffix("\n") || answer.hasSuffix("\r\n") else { return }
            // Whoever has opened it closes it.
            if try !connection.reader.readSome().isEmpty { try connection.send([0x88, 0x02, 0x03, 0xE8]) }
        }
    }

    var page: String { "http://127.0.0.1:\(pages.port)" }

    func url(_ number: Int) -> String { "ws://\(upstream.authority)/\(number)" }

    /// What the program says of a combination.
    func explain(_ number: Int) throws -> ExplainOutput {
        let offers = HandshakeCombination.all[number].subprotocols.flatMap { ["--protocol", $0] }
        let (exit, output) = try ExplainOutput.run([url(number), "--direct", "--from", page] + offers)
        guard exit == .status(output.allowed ? 0 : 1) else { throw SocketError.ended("\(number): \(exit)") }
        return output
    }
}

/// What became of a page's `new WebSocket()`.
struct SocketOutcome: Decodable {
    let isOpen: Bool
    let subprotocol: String
    let extensions: String
    /// The close code of one that did not open; 0 where the constructor throws, and of one that opened.
    let code: Int
    /// What the constructor throws.
    let exception: String

    /// An expression for a page that makes a socket, waits for what becomes of it, and is that in JSON.
    static func expression(_ url: String, _ subprotocols: [String]) throws -> String {
        let list = String(decoding: try JSONEncoder().encode(subprotocols), as: UTF8.self)
        return """
            new Promise(done => {
              const outcome = { isOpen: false, subprotocol: "", extensions: "", code: 0, exception: "" }
              const finish = () => done(JSON.stringify(outcome))
              let socket
              try { socket = new WebSocket("\(url)", \(list)) } catch (error) {
                outcome.exception = String(error)
                return finish()
              }
              socket.onopen = () => {
                Object.assign(outcome, { isOpen: true, subprotocol: socket.protocol, extensions: socket.extensions })
                socket.close()
                finish()
              }
              socket.onclose = event => { outcome.code = event.code; finish() }
            })
            """
    }

    init(_ json: String) throws {
        self = try JSONDecoder().decode(SocketOutcome.self, from: Data(json.utf8))
    }
}
