import Synchronization
import TestSupport

/// What two upstreams saw, in one list: "METHOD /path", watched fields as " name=value", the body as ` "text"`.
///
/// The second upstream's lines begin with "other: ". "cut /path" tells of an answer whose receiver left.
final class UpstreamJournal: Sendable {
    private struct State {
        var lines: [String] = []
        var counts: [String: Int] = [:]
        var isReleased = false
    }

    private let state = Mutex(State())
    private let watching: [String]

    init(watching: [String]) { self.watching = watching }

    var lines: [String] { state.withLock { $0.lines } }

    func append(_ line: String) { state.withLock { $0.lines.append(line) } }

    /// Notes a request; those that only steer the upstream are left out.
    func note(_ request: RecordedRequest, _ prefix: String) {
        guard request.path != "/release" else { return state.withLock { $0.isReleased = true } }
        let fields = watching.map { " \($0.lowercased())=\(request.value(of: $0) ?? "-")" }.joined()
        let size = request.body.count
        let body = size == 0 ? "" : size > 100 ? " \(size) bytes" : " \"\(request.text)\""
        state.withLock { state in
            state.lines.append("\(prefix)\(request.method) \(request.path)\(fields)\(body)")
            state.counts[request.path, default: 0] += 1
        }
    }

    /// How often a request's path has been asked for so far.
    func count(of request: RecordedRequest) -> Int { state.withLock { $0.counts[request.path] ?? 0 } }

    /// Waits until a page lets the answer go on; false where its receiver leaves first.
    func waitForRelease(orEndOf connection: ScriptedConnection) throws -> Bool {
        var isReleased = false
        try eventually("a release, or the end of the connection") {
            isReleased = state.withLock { $0.isReleased }
            return try isReleased || connection.hasEnded()
        }
        return isReleased
    }

    /// Starts an upstream that is steered by its URLs.
    func upstream(_ prefix: String = "") throws -> ScriptedUpstream {
        try ScriptedUpstream { [self] connection in
            while let request = try connection.readRequest() {
                note(request, prefix)
                try ScriptedAnswer(target: request.target).send(to: request, on: connection, journal: self)
            }
        }
    }
}
