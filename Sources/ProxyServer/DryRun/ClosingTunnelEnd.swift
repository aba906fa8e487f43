import HTTPSyntax
import Sockets

/// The client's end of a tunnel that closes its WebSocket as soon as it is open, and is through once the upstream has
/// answered.
final class ClosingTunnelEnd: TunnelEnd {
    /// Whether nothing goes through it any more.
    private(set) var isClosed = false

    let isFull = false
    let isDrained = true
    let halfCloses = false

    func attach(_ tunnel: Tunnel) {}

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
    func closeOnceDrained() { isClosed = true }
    func cutOnceDrained() { isClosed = true }
    func close() { isClosed = true }
    func reset() { isClosed = true }
}
