import HTTPSyntax

/// One exchange's way to its client, whatever version of HTTP that speaks.
///
/// It tells its `ProxiedExchange` of the body's pieces and its end, of room for more of the response, and of a client
/// that has gone. Chunks, interim responses and what keeps a connection open are its own business.
protocol ClientStream: AnyObject {
    /// Whether the source of the response's body is to wait.
    var isFull: Bool { get }

    /// Writes the head of the final response.
    ///
    /// - Parameters:
    ///   - length: What the body will be; the fields say nothing of how it is delimited but Content-Length.
    ///   - persists: Whether another request may follow on the connection.
    func sendHead(_ head: consuming ResponseHead, _ length: BodyLength, persists: Bool)

    /// Writes a piece of the body; `flush` has it sent.
    func send(_ piece: ArraySlice<UInt8>)

    /// Sends what was written, as far as there is room.
    func flush()

    /// Writes what ends the body, and sends all.
    func endBody()

    /// The exchange is over, and has written a whole response.
    func finish(serveNext: Bool)

    /// The exchange is over: the client must not take what it was sent for a whole response.
    func cut()

    /// Writes the head of a 101; the client's bytes go through a tunnel from now on.
    ///
    /// - Returns: The client's end of it. The exchange tells this stream nothing more.
    func openTunnel(_ head: consuming ResponseHead) -> any TunnelEnd

    /// The exchange takes body bytes again.
    func resumeBody()
}
