import Dispatch
import Sockets
import Synchronization

/// Where log lines go: they are written by a thread of their own, so that a slow disk or terminal holds up nobody.
final class LogSink: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var isWriting = false
        var lostLines = 0
    }

    /// So much may wait; what comes beyond is counted and lost.
    private static let maximumWaitingBytes = 4_194_304

    private let file: OutputFile
    private let queue = DispatchQueue(label: "corsway.log", qos: .utility)
    private let state = Mutex(State())

    init(_ file: consuming OutputFile) {
        self.file = file
    }

    /// Whether colours can be shown.
    var isTerminal: Bool { file.isTerminal }

    /// How many lines could not be written.
    var lostLines: Int {
        state.withLock { $0.lostLines }
    }

    /// Takes whole lines, each with its line feed.
    func append(_ lines: [UInt8], count: Int) {
        let startsWriting = state.withLock { state in
            guard state.waiting.count + lines.count <= Self.maximumWaitingBytes else {
                state.lostLines += count
                return false
            }
            state.waiting.append(contentsOf: lines)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if startsWriting {
            queue.async { self.write() }
        }
    }

    /// Waits until everything that was appended has been written.
    func flush() {
        queue.sync {}
    }

    private func write() {
        while let lines = next() {
            do throws(SystemError) {
                try file.write(lines)
            } catch {
                // A full disk must not stop the proxy; the next lines are tried again.
                state.withLock { $0.lostLines += lines.count { $0 == UInt8(ascii: "\n") } }
            }
        }
    }

    private func next() -> [UInt8]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isWriting = false
                return nil
            }
            var lines: [UInt8] = []
            swap(&lines, &state.waiting)
            return lines
        }
    }
}
