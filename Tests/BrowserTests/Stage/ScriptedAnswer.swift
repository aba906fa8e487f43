import Foundation
import TestSupport

/// What a page asks an upstream to answer: the query of the URL, as JSON.
struct ScriptedAnswer: Decodable, Sendable {
    var status: Int?
    /// Whole field lines.
    var fields: [String]?
    var body: String?
    /// Sent one by one as chunks, each from the second on only when a page has asked for `/release`.
    var pieces: [String]?
    /// Whether the connection ends in the middle of the body.
    var isCut: Bool?
    /// Whether the connection ends without an answer.
    var hangsUp: Bool?
    /// Whether a WebSocket opens, which then echoes.
    var isSocket: Bool?
    /// The status of all answers but the first one at this path.
    var laterStatus: Int?

    /// Reads the query of a request-target; without one, the answer is 200 "ok".
    init(target: String) throws {
        let query = target.split(separator: "?", maxSplits: 1).dropFirst().first
        let text = query.flatMap { $0.removingPercentEncoding } ?? "{}"
        self = try JSONDecoder().decode(ScriptedAnswer.self, from: Data(text.utf8))
    }

    /// Answers a request on its connection.
    func send(to request: RecordedRequest, on connection: ScriptedConnection, journal: UpstreamJournal) throws
    {
        guard hangsUp != true else { return connection.close() }
        if isSocket == true { return try connection.becomeWebSocket(opened: request).echo() }
        let status = journal.count(of: request) > 1 ? laterStatus ?? status ?? 200 : status ?? 200
        let lines = fields ?? []
        let hasType = lines.contains { $0.lowercased().hasPrefix("content-type:") }
        var head = "HTTP/1.1 \(status) Scripted\r\n" + lines.map { "\($0)\r\n" }.joined()
        if !hasType { head += "Content-Type: text/plain\r\n" }
        if let pieces {
            try connection.send(head + "Transfer-Encoding: chunked\r\n\r\n")
            return try send(pieces, on: connection, journal: journal, path: request.path)
        }
        let body = body ?? "ok"
        guard ![204, 304].contains(status) else { return try connection.send(head + "\r\n") }
        head += "Content-Length: \(body.utf8.count + (isCut == true ? 10 : 0))\r\n\r\n"
        try connection.send(request.method == "HEAD" ? head : head + body)
        if isCut == true { connection.close() }
    }

    private func send(
        _ pieces: [String],
        on connection: ScriptedConnection,
        journal: UpstreamJournal,
        path: String
    ) throws {
        for (index, piece) in pieces.enumerated() {
            if index > 0 {
                guard try journal.waitForRelease(orEndOf: connection) else {
                    return journal.append("cut \(path)")
                }
            }
            try connection.sendChunk(Array(piece.utf8))
        }
        try connection.send("0\r\n\r\n")
    }
}

extension RecordedRequest {
    /// The request-target without its query.
    var path: String { String(head.target.split(separator: "?").first ?? "") }
}
