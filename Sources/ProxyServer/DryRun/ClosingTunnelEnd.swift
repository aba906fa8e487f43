import HTTPSyntax
import Sockets

/// The client's end of a tunnel that closes its WebSocket as soon as it is open, and is through once the upstream has
/// answered.
final class ClosingTunnelEnd: TunnelEnd {
    /// Whether nothing goes through it any more.
    private(set) var isClosed = false
    /// Both hold each other until the tunnel ends.
    private var tunnel: Tunnel?

    let isFull = false
    let isDrained = true
    let halfCloses = false

    func attach(_ tunnel: Tunnel) { self.tunnel = tunnel }

    /// Breaks the tunnel off, where it is still there.
    func leave() { tunnel?.lost(.client) }

    /// The goodbye goes out as if it had come right behind the handshake.
    func takeEarly() -> ArraySlice<UInt8> {
        WebSocketCloseCode.normal.maskedFrame(by: .random(in: .min ... .max))[...]
    }

    func receive(into buffer: inout [UInt8]) -> StreamResult { .wouldBlock }
    func write(_ piece: ArraySlice<UInt8>) {}
    func flush() {}
    func callAgain() {}
    func updateDeadline() {}
    func finishSending() {}
    func closeOnceDrained() { close() }
    func cutOnceDrained() { close() }
    func reset() { close() }

    func close() {
        isClosed = true
        tunnel = nil
    }
}
