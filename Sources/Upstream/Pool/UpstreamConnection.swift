import HTTPSyntax
import Sockets

/// An open connection to an upstream, over which one request at a time is sent.
///
/// While it is used its events go to whoever took it from the pool; unused, it watches for its own end.
public final class UpstreamConnection: EventHandler {
    private let loop: EventLoop
    private let token: EventToken
    private let number: Int32
    /// What the bytes go through: never another, since what may change is retained at each call.
    private let stream: any ByteStream
    /// The same stream where a TLS session of libcurl owns the descriptor.
    private let secured: CurlStream?
    /// Owned here where no TLS session owns it.
    private var descriptor: Descriptor?
    let request: ConnectionRequest
    /// The address at the other end, `nil` where a forward proxy hides it.
    private let peer: SocketAddress?
    /// The number of the guard that has judged `peer` last.
    private(set) var passedGuard: Int
    /// Whether a request was sent before: then the upstream may have closed it meanwhile.
    public private(set) var isReused = false
    /// Called when an unused connection has ended, to close it.
    private var onIdleEnd: ((UpstreamConnection) -> Void)?
    /// Where it waits while it is unused.
    private(set) var home: HostConnections?
    /// Its places among the unused connections, while it is one.
    private var places: Places?
    /// Since when it is unused.
    private(set) var restsSince = MonotonicTime.distantFuture

    /// Where an unused connection stands.
    struct Places {
        let amongHost: Int32
        let amongAll: Int32
    }

    /// Takes over a connected TCP socket.
    convenience init(plain descriptor: consuming Descriptor, request: ConnectionRequest, loop: EventLoop) {
        let number = descriptor.number
        self.init(SocketStream(StreamSocket(number)), nil, number: number, request: request, loop: loop)
        self.descriptor = consume descriptor
    }

    /// Takes over a handle of libcurl with an established TLS session.
    convenience init(
        securedBy easy: CurlEasy,
        number: Int32,
        request: ConnectionRequest,
        handshake: TLSHandshake?,
        dialer: Dialer,
        loop: EventLoop
    ) {
        let stream = CurlStream(easy, number: number, handshake: handshake, dialer: dialer)
        self.init(stream, stream, number: number, request: request, loop: loop)
    }

    private init(
        _ stream: any ByteStream,
        _ secured: CurlStream?,
        number: Int32,
        request: ConnectionRequest,
        loop: EventLoop
    ) {
        self.stream = stream
        self.secured = secured
        self.number = number
        self.request = request
        self.loop = loop
        passedGuard = request.addressGuard.number
        peer = request.proxy == nil ? StreamSocket(number).peerAddress : nil
        token = loop.reserve()
        loop.setHandler(self, for: token)
        StreamSocket(number).disableNagle()
        // Cannot fail but for memory; deadlines then end what waits.
        _ = Result { () throws(SystemError) in try loop.watch(number, .edge, for: token) }
    }

    /// Whether `close` was called or libcurl gave the connection up.
    public private(set) var isClosed = false

    /// What the upstream has against the TLS session, nil where it said nothing: in TLS 1.3 it may refuse the
    /// client's certificate when the handshake is over for the client (RFC 8446 §2).
    public var tlsFailure: TLSFailure? {
        guard let secured, !isClosed, secured.fault != 0 else { return nil }
        return TLSFailure(
            fault: secured.fault,
            showsCertificate: request.profile.clientCertificate != nil
        )
    }

    // MARK: Use

    /// Sends the connection's events to a handler, and takes its deadline over.
    public func attach(_ handler: any EventHandler) {
        loop.setHandler(handler, for: token)
    }

    /// Sets the deadline of the handler that is attached.
    public func setDeadline(_ time: MonotonicTime) {
        loop.setDeadline(time, for: token)
    }

    /// Has the handler that is attached called again in the next round, so that others get their turn before.
    public func callAgain() {
        loop.callAgain(token)
    }

    /// Reads to the start of a buffer.
    public func receive(into buffer: inout [UInt8]) -> StreamResult {
        isClosed ? .failed(.closed("recv")) : stream.receive(into: &buffer)
    }

    /// Whether another `receive` may give something, although the last one has left room.
    public var mayHaveMore: Bool { stream.mayHaveMore }

    /// Sends a part of a buffer, as much as there is room for.
    public func send(_ buffer: [UInt8], _ range: Range<Int>) -> StreamResult {
        isClosed ? .failed(.closed("send")) : stream.send(buffer, range)
    }

    /// Sends what `send` has accepted and could not pass on yet; to be called when there is room again.
    ///
    /// - Returns: Whether nothing is left.
    public func flush() -> Bool { isClosed || stream.flush() }

    /// Whether each direction ends by itself.
    public var halfCloses: Bool { stream.halfCloses }

    /// Says that nothing more is sent, where `halfCloses`.
    public func shutdownWriting() {
        if !isClosed { StreamSocket(number).shutdownWriting() }
    }

    /// Whether the kernel still has bytes that it has not sent once.
    public var holdsUnsentBytes: Bool { !isClosed && StreamSocket(number).holdsUnsentBytes }

    /// Makes the close that follows a reset.
    public func resetOnClose() {
        if !isClosed { StreamSocket(number).resetOnClose() }
    }

    /// Closes at once.
    public func close() {
        loop.deregister(token)
        onIdleEnd = nil
        home = nil
        isClosed = true
        secured?.close()
        descriptor = nil
    }

    /// libcurl has closed the socket: the handler learns it as an event.
    func connectionLost() {
        isClosed = true
        secured?.letGo()
        loop.handler(of: token)?.ready(for: [.readable, .hangUp])
    }

    // MARK: While unused

    /// Belongs to a pool from now on.
    ///
    /// - Parameter onIdleEnd: Called when it has ended while it was unused, to close it.
    func settle(in home: HostConnections, onIdleEnd: @escaping (UpstreamConnection) -> Void) {
        self.home = home
        self.onIdleEnd = onIdleEnd
    }

    /// Waits in the pool, to be closed after some nanoseconds.
    func rest(at places: Places, from now: MonotonicTime, for interval: UInt64) {
        isReused = true
        self.places = places
        restsSince = now
        loop.setHandler(self, for: token)
        loop.setDeadline(now.advanced(byNanoseconds: interval), for: token)
    }

    /// Whether it waits in the pool.
    var isUnused: Bool { places != nil }

    /// Waits no more; nil where it did not.
    func takePlaces() -> Places? {
        places.take()
    }

    /// Whether a request may use it: the guard judges it anew where it was made under another one.
    func permits(_ request: ConnectionRequest) -> Bool {
        guard self.request.proxy?.url == request.proxy?.url else { return false }
        if passedGuard == request.addressGuard.number { return true }
        guard let peer, request.refusal(of: peer) == nil else { return false }
        passedGuard = request.addressGuard.number
        return true
    }

    /// Whether the peer has neither closed the connection nor sent bytes that nobody asked for.
    ///
    /// Such bytes would be taken for the answer to the next request: response-queue poisoning. Under TLS a
    /// late session ticket is consumed here and harms nothing.
    var isFresh: Bool { !isClosed && stream.isSilent }

    /// An unused connection has got bytes or has ended.
    public func ready(for readiness: Readiness) {
        // Room to write is reported once after connecting and means nothing here.
        guard readiness != .writable, !isFresh else { return }
        endIdle()
    }

    /// It has been unused for too long.
    public func deadlinePassed() {
        endIdle()
    }

    private func endIdle() {
        if let onIdleEnd { onIdleEnd(self) } else { close() }
    }
}
