import Sockets

@testable import ProxyServer

/// One side of a tunnel that only writes down what it is told; a test says what comes from it.
final class ScriptedTunnelEnd: TunnelEnd {
    /// How it was told to end.
    enum Ending {
        case closed, closedOnceDrained, cut, reset
    }

    /// What the next reads give.
    var input: [StreamResult] = []
    /// The bytes that are read, one after the other.
    var bytes: [UInt8] = []
    var early: [UInt8] = []
    var isFull = false
    var isDrained = true
    var halfCloses = true
    /// What happens when it is flushed.
    var onFlush: (() -> Void)?
    private(set) var written: [UInt8] = []
    private(set) var flushed = 0
    private(set) var calls = 0
    private(set) var hasFinishedSending = false
    private(set) var endings: [Ending] = []
    /// Both hold each other until the tunnel ends.
    private(set) var tunnel: Tunnel?

    func attach(_ tunnel: Tunnel) { self.tunnel = tunnel }

    func takeEarly() -> ArraySlice<UInt8> {
        defer { early = [] }
        return early[...]
    }

    func receive(into buffer: inout [UInt8]) -> StreamResult {
        if !bytes.isEmpty {
            let count = min(bytes.count, buffer.count)
            buffer.replaceSubrange(..<count, with: bytes.prefix(count))
            bytes.removeFirst(count)
            return .bytes(count)
        }
        return input.isEmpty ? .wouldBlock : input.removeFirst()
    }

    func write(_ piece: ArraySlice<UInt8>) { written += piece }
    func flush() {
        flushed = written.count
        onFlush?()
    }

    func callAgain() { calls += 1 }
    func updateDeadline() {}
    func finishSending() { hasFinishedSending = true }
    func closeOnceDrained() { end(.closedOnceDrained) }
    func cutOnceDrained() { end(.cut) }
    func close() { end(.closed) }
    func reset() { end(.reset) }

    private func end(_ ending: Ending) {
        endings.append(ending)
        tunnel = nil
    }
}
