import Sockets

/// A long body of our own, written a piece in each round of the loop, as the client takes it: all at once would keep
/// the loop from others.
final class OwnBody: ResponseSource, EventHandler {
    /// A body that is no longer is written at once.
    static let pieceBytes = OutputBuffer.highWaterMark

    private let exchange: ProxiedExchange
    private let loop: EventLoop
    private var token: EventToken?
    private var rest: ArraySlice<UInt8>
    private var isPaused = false

    init(_ bytes: [UInt8], for exchange: ProxiedExchange, on loop: EventLoop) {
        self.exchange = exchange
        self.loop = loop
        rest = bytes[...]
    }

    /// Writes the first piece.
    func start() {
        token = loop.register(self)
        writePiece()
    }

    func pause() {
        isPaused = true
    }

    func resume() {
        guard isPaused else { return }
        isPaused = false
        callAgain()
    }

    func cancel() {
        if let token { loop.deregister(token) }
        token = nil
        rest = []
    }

    func ready(for readiness: Readiness) {
        if !isPaused { writePiece() }
    }

    func deadlinePassed() {}

    private func writePiece() {
        let piece = rest.prefix(Self.pieceBytes)
        rest = rest.dropFirst(piece.count)
        exchange.send(piece)
        if rest.isEmpty {
            cancel()
            exchange.sourceEnded()
        } else {
            exchange.passBody()
            if !isPaused { callAgain() }
        }
    }

    private func callAgain() {
        if let token { loop.callAgain(token) }
    }
}
