import HTTPSyntax

/// A client that is nobody's connection: it keeps the head of a response as HTTP/1.1 would have written it, and
/// wants nothing of the body.
final class MemoryClientStream: ClientStream {
    /// The head as it would have gone out; empty before.
    private(set) var head: [UInt8] = []

    /// Whether the head has come.
    var hasHead: Bool { !head.isEmpty }

    /// This side of the WebSocket that has opened; nil for any other answer.
    private var tunnelEnd: ClosingTunnelEnd?

    /// Whether a WebSocket has opened and is still about to close.
    var isInTunnel: Bool { tunnelEnd?.isClosed == false }

    /// Waits no longer for the WebSocket to close.
    func leaveTunnel() { tunnelEnd?.leave() }

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
        let end = ClosingTunnelEnd()
        tunnelEnd = end
        return end
    }
}
