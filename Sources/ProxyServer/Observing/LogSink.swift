import Configuration
import Dispatch
import Sockets
import Synchronization

/// Where log lines go: they are written by a thread of their own, so that a slow disk or terminal holds up nobody.
final class LogSink: Sendable {
    private struct State {
        /// In pieces: to move megabytes to a larger place would hold up whoever appends.
        var waiting: [[UInt8]] = []
        var waitingBytes = 0
        var isWriting = false
        var lostLines = 0
        /// Whether what was written last ends in the middle of a line.
        var isLineCut = false
    }

    /// So much may wait; what comes beyond is counted and lost.
    private static let maximumWaitingBytes = 4_194_304
    /// A piece is not added to beyond this.
    private static let pieceBytes = 65_536

    /// What to open again; nil for a stream.
    private let path: String?
    private let file: Mutex<OutputFile>
    private let queue = DispatchQueue(label: "corsway.log", qos: .utility)
    private let state = Mutex(State())
    /// Whether colours can be shown.
    let isTerminal: Bool

    private init(_ file: consuming OutputFile, path: String?) {
        isTerminal = file.isTerminal
        self.file = Mutex(file)
        self.path = path
    }

    /// Opens what the lines about requests go to.
    static func records(_ settings: LogSettings) throws(SystemError) -> LogSink {
        guard let path = settings.file else { return LogSink(try .standardOutput(), path: nil) }
        return LogSink(try OutputFile(appendingTo: path), path: path)
    }

    /// Where messages go that would break the format of the lines about requests.
    static func standardError() throws(SystemError) -> LogSink {
        LogSink(try .standardError(), path: nil)
    }

    /// How many lines could not be written.
    var lostLines: Int {
        state.withLock { $0.lostLines }
    }

    /// Takes whole lines, each with its line feed.
    func append(_ lines: [UInt8], count: Int) {
        let startsWriting = state.withLock { state in
            guard state.waitingBytes + lines.count <= Self.maximumWaitingBytes else {
                state.lostLines += count
                return false
            }
            state.waitingBytes += lines.count
            if let last = state.waiting.indices.last,
                state.waiting[last].count + lines.count <= Self.pieceBytes
            {
                state.waiting[last].append(contentsOf: lines)
            } else {
                state.waiting.append(lines)
            }
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if startsWriting {
            queue.async { self.write() }
        }
    }

    /// Opens the file anew, so that one that was moved away is written no more; a stream stays as it is.
    ///
    /// - Parameter onFailure: Told why the old file is kept.
    func reopen(onFailure: @escaping @Sendable (SystemError) -> Void) {
        guard let path else { return }
        queue.async {
            do throws(SystemError) {
                try self.file.withLock { file throws(SystemError) in
                    file = try OutputFile(appendingTo: path)
                }
                self.state.withLock { $0.isLineCut = false }
            } catch {
                onFailure(error)
            }
        }
    }

    /// Waits until everything that was appended has been written.
    func flush() {
        queue.sync {}
    }

    private func write() {
        while let lines = next() {
            var written = 0
            do throws(SystemError) {
                try file.withLock { file throws(SystemError) in try file.write(lines, from: &written) }
                state.withLock { $0.isLineCut = false }
            } catch {
                // A full disk must not stop the proxy; the next lines are tried again.
                noteFailure(of: lines, written)
            }
        }
    }

    private func next() -> [UInt8]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isWriting = false
                return nil
            }
            var lines = state.waiting.removeFirst()
            state.waitingBytes -= lines.count
            // What could not be written to its end must not run into what comes now.
            if state.isLineCut { lines.insert(UInt8(ascii: "\n"), at: 0) }
            return lines
        }
    }

    private func noteFailure(of lines: [UInt8], _ written: Int) {
        let lost = lines[written...].count { $0 == UInt8(ascii: "\n") }
        state.withLock { state in
            state.lostLines += state.isLineCut && written == 0 ? lost - 1 : lost
            if written > 0 { state.isLineCut = lines[written - 1] != UInt8(ascii: "\n") }
        }
    }
}
