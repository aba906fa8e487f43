import Sockets
import Upstream

/// The upstream's side of a tunnel: a connection that never goes back to its pool.
final class UpstreamTunnelEnd: TunnelEnd, EventHandler {
    /// After so long it is looked whether the kernel has sent what was written last: twice as long each time, since
    /// many upstreams may take nothing at once.
    private static let firstLingerNanoseconds: UInt64 = 20_000_000
    private static let longestLingerNanoseconds: UInt64 = 2_000_000_000

    private let connection: UpstreamConnection
    private let home: PooledUpstreams
    /// For taking more of what is sent, in nanoseconds.
    private let writeTimeout: UInt64
    private var early: ArraySlice<UInt8>
    private var inputState: InputState
    private var output = OutputBuffer()
    /// Whether the connection had no room for all that was flushed.
    private var isBlocked = false
    private var written = MonotonicTime.now()
    /// Both hold each other until the tunnel ends.
    private var tunnel: Tunnel?
    private var finishesSending = false
    private var closesOnceDrained = false
    private var lingerNanoseconds = firstLingerNanoseconds
    /// Whether the upstream has ended its direction.
    private var inputEnded = false
    private var isClosed = false

    /// - Parameters:
    ///   - early: What came behind the head of the 101.
    ///   - inputState: What is known of the connection's input.
    init(
        _ connection: UpstreamConnection,
        early: ArraySlice<UInt8>,
        inputState: InputState,
        writeTimeout: UInt64,
        of home: PooledUpstreams
    ) {
        self.connection = connection
        self.early = early
        self.inputState = inputState
        self.writeTimeout = writeTimeout
        self.home = home
        connection.attach(self)
    }

    var isFull: Bool { output.isFull }
    var isDrained: Bool { output.isEmpty && !isBlocked }
    var halfCloses: Bool { connection.halfCloses }

    func attach(_ tunnel: Tunnel) { self.tunnel = tunnel }

    func takeEarly() -> ArraySlice<UInt8> {
        defer { early = [] }
        return early
    }

    // MARK: Receiving

    func receive(into buffer: inout [UInt8]) -> StreamResult {
        guard inputState.mayRead, !isClosed else { return .wouldBlock }
        let result = connection.receive(into: &buffer)
        switch result {
        case .bytes(let count):
            if count < buffer.count, !connection.mayHaveMore { inputState.noteShortRead() }
        case .wouldBlock, .endOfStream, .failed:
            inputState.noteNothing()
            if result == .endOfStream { inputEnded = true }
        }
        return result
    }

    // MARK: Sending

    func write(_ piece: ArraySlice<UInt8>) {
        guard !isClosed else { return }
        if output.append(from: home.buffers, { $0 += piece }) { written = .now() }
    }

    func flush() {
        guard !isClosed else { return }
        isBlocked = true
        if connection.flush() {
            switch output.send(returningTo: home.buffers, { connection.send($0, $1) }) {
            case .drained where connection.flush(): return drained()
            case .blocked(let sent) where sent == 0: break
            case .drained, .blocked: written = .now()
            case .failed: return lose()
            }
        }
        updateDeadline()
    }

    private func drained() {
        isBlocked = false
        if closesOnceDrained { return linger() }
        updateDeadline()
        if finishesSending { connection.shutdownWriting() }
        tunnel?.drained(.upstream)
    }

    // MARK: EventHandler

    func ready(for readiness: Readiness) {
        inputState.note(readiness)
        // Behind its end, and before ours, nothing else can have happened than a reset.
        if inputEnded, !finishesSending, readiness.contains(.hangUp) { return lose() }
        if closesOnceDrained, isDrained { return linger() }
        if readiness.contains(.writable), isBlocked { flush() }
        tunnel?.ready(.upstream)
    }

    func deadlinePassed() {
        if closesOnceDrained, isDrained { linger() } else if !isDrained { lose() }
    }

    func callAgain() {
        if !isClosed { connection.callAgain() }
    }

    func updateDeadline() {
        guard !isClosed else { return }
        connection.setDeadline(isDrained ? .distantFuture : written.advanced(byNanoseconds: writeTimeout))
    }

    // MARK: The end

    func finishSending() {
        finishesSending = true
        if isDrained { connection.shutdownWriting() }
    }

    func closeOnceDrained() {
        tunnel = nil
        closesOnceDrained = true
        if isDrained { linger() } else { updateDeadline() }
    }

    /// Closes once the kernel has sent all: what comes and is not read would make a reset of the close, which destroys
    /// the rest.
    private func linger() {
        guard !isClosed else { return }
        let now = MonotonicTime.now()
        guard connection.holdsUnsentBytes, now < written.advanced(byNanoseconds: writeTimeout) else {
            return close()
        }
        connection.setDeadline(now.advanced(byNanoseconds: lingerNanoseconds))
        lingerNanoseconds = min(2 * lingerNanoseconds, Self.longestLingerNanoseconds)
    }

    func cutOnceDrained() {
        if isDrained, !connection.holdsUnsentBytes { reset() } else { closeOnceDrained() }
    }

    func reset() {
        connection.resetOnClose()
        close()
    }

    func close() {
        tunnel = nil
        guard !isClosed else { return }
        isClosed = true
        output.release(to: home.buffers)
        home.pool.discard(connection)
    }

    private func lose() {
        guard let tunnel else { return close() }
        // What came before it broke may not have been reported yet.
        if !inputEnded { inputState.tryAgain() }
        tunnel.lost(.upstream)
    }
}
