import HTTPSyntax

/// A client that is nobody's connection: it keeps the head of a response as HTTP/1.1 would have written it, and
/// takes no more of a body than shows that it comes.
final class MemoryClientStream: ClientStream {
    /// The head as it would have gone out; empty before.
    private(set) var head: [UInt8] = []
    /// How much of the body has come.
    private(set) var bodyBytes = 0
    /// Whether the whole response has come.
    private(set) var isComplete = false
    /// Whether the client was not to take what it was sent for a whole response.
    private(set) var isCut = false

    /// Once there is a body its source waits.
    var isFull: Bool { bodyBytes > 0 }

    func sendHead(_ head: consuming ResponseHead, _ length: BodyLength, persists: Bool) {
        var writer = ResponseWriter(to: .http11)
        writer.complete(&head, length, persists: persists)
        head.write(to: &self.head)
    }

    func send(_ piece: ArraySlice<UInt8>) { bodyBytes += piece.count }
    func flush() {}
    func endBody() {}
    func finish(serveNext: Bool) { isComplete = true }
    func cut() { isCut = true }
    func resumeBody() {}
}
