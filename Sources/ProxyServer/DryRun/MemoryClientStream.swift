import HTTPSyntax
import Sockets

/// A client that is nobody's connection: it keeps the head of a response as HTTP/1.1 would have written it, and
/// wants nothing of the body.
final class MemoryClientStream: ClientStream {
    /// The head as it would have gone out; empty before.
    private(set) var head: [UInt8] = []

    /// Whether the head has come.
    var hasHead: Bool { !head.isEmpty }

    /// From the head on the source of the body waits.
    var isFull: Bool { hasHead }

    func sendHead(_ head: consuming ResponseHead, _ length: BodyLength, persists: Bool) {
        var writer = ResponseWriter(to: .http11)
        writer.complete(&head, length, persists: persists)
        head.write(to: &self.head)
    }

    func send(_ piece: ArraySlice<UInt8>) {}
    func flush() {}
    func endBody() {}
    func finish(serveNext: Bool) {}
    func cut() {}
    func resumeBody() {}

    func openTunnel(_ head: consuming ResponseHead) -> any TunnelEnd {
        head.write(to: &self.head)
        return NoTunnelEnd()
    }
}

/// The end of a tunnel through which nothing goes.
private final class NoTunnelEnd: TunnelEnd {
    let isFull = true
    let isDrained = true
    let halfCloses = false

    func attach(_ tunnel: Tunnel) {}
    func takeEarly() -> ArraySlice<UInt8> { [] }
    func receive(into buffer: inout [UInt8]) -> StreamResult { .wouldBlock }
    func write(_ piece: ArraySlice<UInt8>) {}
    func flush() {}
    func callAgain() {}
    func updateDeadline() {}
    func finishSending() {}
    func closeOnceDrained() {}
    func cutOnceDrained() {}
    func close() {}
    func reset() {}
}
