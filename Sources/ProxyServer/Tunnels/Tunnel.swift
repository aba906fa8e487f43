import HTTPSyntax
import ProxyCore
import Sockets

/// Bytes between a client and an upstream, in both directions at once, until one of them ends it.
///
/// Each side is read only while the other one keeps less than its bound. Where the bytes are frames of WebSocket the
/// proxy can say goodbye between two of them.
final class Tunnel {
    /// One of the two connections.
    enum Side {
        case client
        case upstream

        var other: Side { self == .client ? .upstream : .client }
    }

    private enum Phase {
        /// Bytes go both ways. → leaving, ended
        case open
        /// The proxy closes it: the client is told as soon as a frame ends, and has until a time to answer. → ended
        case leaving(WebSocketCloseCode, saidGoodbye: Bool, until: MonotonicTime)
        /// Over; what was written still goes out. (final)
        case ended
    }

    /// What is known of a side's input.
    private struct Input {
        /// Whether it has ended.
        var hasEnded = false
        /// Whether it waits until the other side has room.
        var waits = false
    }

    /// So many reads a turn: one that sends as fast as the other takes must not keep the loop.
    private static let maximumReads = 2

    /// Both hold this tunnel in turn, until it ends.
    private let client: any TunnelEnd
    private let upstream: any TunnelEnd
    private let grant: TunnelGrant
    /// Of the exchange that has opened it.
    private let record: ExchangeRecord
    private let context: ShardContext
    private let idleTimeout: UInt64
    private var phase = Phase.open
    private var clientInput = Input()
    private var upstreamInput = Input()
    /// Those from the upstream to the client.
    private var frames = WebSocketFrames()
    /// Those from the client to the upstream.
    private var clientFrames = WebSocketFrames()
    /// Why it ends, once that is known: a close frame says it first, whoever closes the connection behind it.
    private var ending: TunnelEnding?
    /// When bytes came last.
    private var moved: MonotonicTime

    /// - Parameter idleTimeout: Without a byte either way, in nanoseconds.
    init(
        between client: any TunnelEnd,
        and upstream: any TunnelEnd,
        by grant: TunnelGrant,
        for record: ExchangeRecord,
        idleTimeout: UInt64,
        context: ShardContext
    ) {
        self.client = client
        self.upstream = upstream
        self.grant = grant
        self.record = record
        self.idleTimeout = idleTimeout
        self.context = context
        moved = context.loop.now
    }

    /// Passes on what has come already, and reads from the next round on.
    func start() {
        client.attach(self)
        upstream.attach(self)
        pass(upstream.takeEarly(), from: .upstream)
        client.flush()
        pass(client.takeEarly(), from: .client)
        if context.drainGrace != nil {
            leave(.goingAway, .drain)
        } else {
            review()
        }
        client.callAgain()
        upstream.callAgain()
        client.updateDeadline()
    }

    private func end(_ side: Side) -> any TunnelEnd {
        side == .client ? client : upstream
    }

    private var hasEnded: Bool {
        if case .ended = phase { true } else { false }
    }

    // MARK: From the ends

    /// A side may have sent something.
    func ready(_ side: Side) {
        let source = end(side)
        for _ in 0..<Self.maximumReads {
            guard mayRead(side) else { return }
            var buffer = context.buffers.takeForReading()
            defer { context.buffers.giveBack(read: buffer) }
            switch source.receive(into: &buffer) {
            case .bytes(let count): pass(buffer[..<count], from: side)
            case .wouldBlock: return
            case .endOfStream: return inputEnded(side)
            case .failed: return lost(side)
            }
        }
        if !hasEnded { source.callAgain() }
    }

    private func mayRead(_ side: Side) -> Bool {
        guard !hasEnded else { return false }
        let isFull = end(side.other).isFull
        switch side {
        case .client:
            clientInput.waits = isFull
            return !isFull && !clientInput.hasEnded
        case .upstream:
            upstreamInput.waits = isFull
            return !isFull && !upstreamInput.hasEnded
        }
    }

    /// A side has taken all that was written to it.
    func drained(_ side: Side) {
        if case .leaving(_, let saidGoodbye, _) = phase, side == .client,
            upstreamInput.hasEnded || saidGoodbye && clientInput.hasEnded
        {
            return close()
        }
        let waits = side == .client ? upstreamInput.waits : clientInput.waits
        if waits { ready(side.other) }
    }

    /// The connection of a side is broken: the other one sees the same, behind what was written to it.
    func lost(_ side: Side) {
        guard !hasEnded else { return }
        readRest(of: side)
        guard !hasEnded else { return }
        conclude(side == .client ? .clientLost : .upstreamLost)
        end(side).reset()
        end(side.other).flush()
        end(side.other).cutOnceDrained()
    }

    /// Takes what came before a connection broke, a close frame perhaps; `flush` sends it.
    private func readRest(of side: Side) {
        for _ in 0..<Self.maximumReads {
            guard mayRead(side) else { return }
            var buffer = context.buffers.takeForReading()
            defer { context.buffers.giveBack(read: buffer) }
            guard case .bytes(let count) = end(side).receive(into: &buffer) else { return }
            take(buffer[..<count], from: side)
        }
    }

    // MARK: Bytes

    private func pass(_ piece: ArraySlice<UInt8>, from side: Side) {
        // What came early may be passed on when to flush has ended all.
        guard !piece.isEmpty, !hasEnded else { return }
        take(piece, from: side)
        end(side.other).flush()
    }

    private func take(_ piece: ArraySlice<UInt8>, from side: Side) {
        moved = context.loop.now
        switch side {
        case .client:
            record.requestBytes += piece.count
            context.journal.tunnelPassed(received: piece.count)
            clientFrames.follow(piece.span)
            if clientFrames.hasClosed { ending = ending ?? .client }
            upstream.write(piece)
        case .upstream:
            takeFrames(piece)
        }
    }

    private func takeFrames(_ piece: ArraySlice<UInt8>) {
        switch phase {
        case .open:
            frames.follow(piece.span)
            if frames.hasClosed { ending = ending ?? .upstream }
            send(piece)
        case .leaving(let code, saidGoodbye: false, let limit):
            let count = frames.follow(piece.span, stopsAtBoundary: true)
            send(piece.prefix(count))
            if frames.isAtBoundary { sayGoodbye(code, until: limit) }
        case .leaving, .ended:
            // Behind the proxy's goodbye nothing may follow.
            break
        }
    }

    private func send(_ piece: ArraySlice<UInt8>) {
        record.responseBytes += piece.count
        context.journal.tunnelPassed(sent: piece.count)
        client.write(piece)
    }

    // MARK: The end

    /// A side sends nothing more.
    private func inputEnded(_ side: Side) {
        if side == .client { clientInput.hasEnded = true } else { upstreamInput.hasEnded = true }
        ending = ending ?? (side == .client ? .client : .upstream)
        // The client has until the limit to take what was written; who waits longer would hold up a stop.
        if case .leaving = phase, !client.isDrained { return }
        let sink = end(side.other)
        if case .open = phase, sink.halfCloses, !(clientInput.hasEnded && upstreamInput.hasEnded) {
            sink.finishSending()
        } else {
            close()
        }
    }

    /// Ends both sides in order, behind what was written to them.
    private func close() {
        conclude(ending ?? .drain)
        upstream.closeOnceDrained()
        client.closeOnceDrained()
    }

    private func conclude(_ ending: TunnelEnding) {
        phase = .ended
        record.noteTunnelEnded(self.ending ?? ending)
        context.journal.note(record, isCounted: grant.isCounted)
        context.observer?.ended(record)
    }

    /// The program ends now, whatever is under way.
    func abandon() {
        guard !hasEnded else { return }
        conclude(.drain)
        client.reset()
        upstream.reset()
    }

    // MARK: Goodbye

    /// Closes it from here: the client is told why, and may still answer.
    func leave(_ code: WebSocketCloseCode, _ reason: TunnelEnding) {
        guard case .open = phase else { return }
        ending = ending ?? reason
        let limit = context.loop.now.advanced(byNanoseconds: grant.goodbye)
        phase = .leaving(code, saidGoodbye: false, until: limit)
        if frames.isAtBoundary { sayGoodbye(code, until: limit) }
        client.updateDeadline()
    }

    private func sayGoodbye(_ code: WebSocketCloseCode, until limit: MonotonicTime) {
        phase = .leaving(code, saidGoodbye: true, until: limit)
        // Where the upstream has closed already, or the client was told that nothing more comes, it knows.
        guard !frames.hasClosed, !upstreamInput.hasEnded else { return }
        client.write(code.frame[...])
        client.flush()
    }

    /// Whether the configuration in force would still open it; if not, it is closed.
    func review() {
        if !grant.stays(under: context.configuration) { leave(.policyViolation, .policy) }
    }

    // MARK: Time

    /// When something has taken too long.
    var deadline: MonotonicTime {
        switch phase {
        case .open: moved.advanced(byNanoseconds: idleTimeout)
        case .leaving(_, _, let limit): limit
        case .ended: .distantFuture
        }
    }

    func deadlinePassed(at now: MonotonicTime) {
        guard deadline <= now else { return }
        switch phase {
        case .open: leave(.goingAway, .idle)
        case .leaving where client.isDrained:
            conclude(ending ?? .drain)
            upstream.close()
            client.close()
        case .leaving: abandon()
        case .ended: break
        }
    }
}
