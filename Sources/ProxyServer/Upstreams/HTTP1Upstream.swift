import HTTPSyntax
import ProxyCore
import Sockets
import Upstream

/// One request and its response in HTTP/1.1, over a connection that carries nothing else meanwhile.
final class HTTP1Upstream: UpstreamStream, EventHandler {
    /// So many reads a turn: an upstream that sends as fast as the client reads must not keep the loop.
    private static let maximumReads = 2

    private let connection: UpstreamConnection
    private let home: PooledUpstreams
    /// Both hold each other until the hop ends.
    private let transfer: Transfer
    private let absoluteForm: AbsoluteForm?
    private var output = OutputBuffer()
    private var encoder = BodyEncoder(.none)
    private var reader: ResponseReader
    private var inputState = InputState()
    private var isPaused = false
    private var hasSentBody = false
    private var hasReceived = false
    /// Whether the response's head says that the connection persists.
    private var persists = false
    private var isEnded = false

    /// - Parameter absoluteForm: How a forward proxy is asked; nil where the upstream itself is.
    init(
        _ connection: UpstreamConnection,
        absoluteForm: AbsoluteForm?,
        of home: PooledUpstreams,
        for transfer: Transfer
    ) {
        self.connection = connection
        self.absoluteForm = absoluteForm
        self.home = home
        self.transfer = transfer
        reader = ResponseReader(to: transfer.method, offering: transfer.offer)
        connection.attach(self)
    }

    // MARK: Sending

    var isFull: Bool { output.isFull }
    var isSending: Bool { !output.isEmpty }

    func sendHead(_ request: UpstreamRequest) {
        encoder = BodyEncoder(request.length == .unknown ? .chunked : .none)
        output.append(from: home.buffers) { request.write(to: &$0, absoluteForm: absoluteForm) }
    }

    func send(_ piece: ArraySlice<UInt8>) {
        hasSentBody = true
        output.append(from: home.buffers) { encoder.write(piece, to: &$0) }
    }

    func endBody() {
        output.append(from: home.buffers) { encoder.writeEnd(to: &$0) }
    }

    func flush() {
        guard !isEnded else { return }
        guard connection.flush() else { return transfer.updateDeadline() }
        switch output.send(returningTo: home.buffers, { connection.send($0, $1) }) {
        case .drained: transfer.noteProgress()
        case .blocked(let sent): if sent > 0 { transfer.noteProgress() }
        case .failed:
            // The upstream may have answered before it closed: what it said is read first.
            output.release(to: home.buffers)
            transfer.requestBroken()
            inputState.tryAgain()
            connection.callAgain()
        }
        transfer.updateDeadline()
    }

    // MARK: EventHandler

    func ready(for readiness: Readiness) {
        if readiness.contains(.writable), !output.isEmpty || !connection.flush() {
            flush()
            // To flush may have ended the transfer, and the exchange with it.
            if !isEnded, !output.isFull { transfer.hasRoom() }
        }
        inputState.note(readiness)
        read()
    }

    func deadlinePassed() {
        if !isEnded { transfer.deadlinePassed() }
    }

    func setDeadline(_ time: MonotonicTime) {
        connection.setDeadline(time)
    }

    // MARK: Receiving

    func pause() {
        isPaused = true
    }

    func resume() {
        isPaused = false
        read()
    }

    private func read() {
        var reads = 0
        while !isEnded, inputState.mayRead, !isPaused {
            guard reads < Self.maximumReads else {
                connection.callAgain()
                break
            }
            guard readOnce() else { break }
            reads += 1
        }
        if !isEnded { transfer.updateDeadline() }
    }

    private func readOnce() -> Bool {
        var buffer = home.buffers.takeForReading()
        defer { home.buffers.giveBack(read: buffer) }
        switch connection.receive(into: &buffer) {
        case .bytes(let count):
            if count < buffer.count, !connection.mayHaveMore { inputState.noteShortRead() }
            hasReceived = true
            take(buffer, count)
            return true
        case .wouldBlock:
            inputState.noteNothing()
        case .endOfStream:
            endOfStream(isClean: true)
        case .failed:
            endOfStream(isClean: false)
        }
        return false
    }

    private func take(_ buffer: [UInt8], _ count: Int) {
        transfer.noteArrival()
        var offset = 0
        do throws(SyntaxError) {
            while !isEnded {
                switch try reader.next(in: buffer.span.extracting(0..<count), from: &offset) {
                case .head(let head, let framing):
                    if framing == .chunked,
                        let fault = reader.faultAhead(in: buffer.span.extracting(0..<count), from: offset)
                    {
                        return transfer.failed(.invalid(fault), isRetrySafe: false)
                    }
                    persists = head.keepsAlive && framing != .untilClose
                    transfer.received(head, framing.length)
                case .upgraded(let head):
                    return handOver(head, early: buffer[offset..<count])
                case .interim(let status): transfer.received(interim: status)
                case .data(let range): transfer.received(buffer[range])
                case .needsMore:
                    if !reader.awaitsHead { transfer.passBody() }
                    return
                case .end: return complete(isDrained: offset == count)
                }
            }
        } catch {
            let fault = reader.fault(error, in: buffer.span.extracting(0..<count), at: offset)
            transfer.failed(.invalid(fault), isRetrySafe: false)
        }
    }

    /// The connection may serve another request where nothing is left on it that this could take for its own.
    private func complete(isDrained: Bool) {
        // The end that came along with the response was reported then, and would not be once more.
        transfer.ended(
            persists: persists && isDrained && output.isEmpty && !inputState.peerHasClosed
        )
    }

    /// The connection is a tunnel's from now on.
    private func handOver(_ head: consuming ResponseHead, early: ArraySlice<UInt8>) {
        if !output.isEmpty { transfer.requestBroken() }
        isEnded = true
        output.release(to: home.buffers)
        let end = UpstreamTunnelEnd(
            connection,
            // The buffer is lent.
            early: Array(early)[...],
            inputState: inputState,
            writeTimeout: transfer.writeTimeout,
            of: home
        )
        transfer.upgraded(head, end)
    }

    private func endOfStream(isClean: Bool) {
        inputState.noteNothing()
        guard reader.awaitsHead else {
            if isClean, reader.endsWithConnection { return transfer.ended(persists: false) }
            return transfer.failed(.closed, isRetrySafe: false)
        }
        transfer.failed(
            connection.tlsFailure.map { .tls($0) } ?? .closed,
            isRetrySafe: connection.isReused && !hasReceived && !hasSentBody
        )
    }

    // MARK: The end

    func end(keepsConnection: Bool) {
        isEnded = true
        output.release(to: home.buffers)
        if keepsConnection { home.pool.giveBack(connection) } else { home.pool.discard(connection) }
    }
}
