import ProxyCore
import Sockets

/// The client's side of a tunnel.
final class ClientTunnelEnd: TunnelEnd, ClientProtocol {
    private let socket: ClientSocket
    private let timeouts: CompiledConfiguration.Timeouts
    private var early: ArraySlice<UInt8>
    /// Both hold each other until the tunnel ends.
    private var tunnel: Tunnel?
    /// What the shard has to say, which waits for this connection's turn.
    private var notice: Notice?
    private var isSending = true

    private enum Notice {
        case configurationChanged
        case programStops
    }

    /// - Parameter early: What came behind the request.
    init(_ socket: ClientSocket, early: ArraySlice<UInt8>, timeouts: CompiledConfiguration.Timeouts) {
        self.socket = socket
        self.early = early
        self.timeouts = timeouts
    }

    // MARK: TunnelEnd

    var isFull: Bool { socket.isFull }
    var isDrained: Bool { socket.isDrained }
    var halfCloses: Bool { socket.halfCloses }

    func attach(_ tunnel: Tunnel) {
        self.tunnel = tunnel
        socket.serve(by: self)
    }

    func takeEarly() -> ArraySlice<UInt8> {
        defer { early = [] }
        return early
    }

    func receive(into buffer: inout [UInt8]) -> StreamResult {
        if let count = socket.receive(into: &buffer) { return .bytes(count) }
        if socket.inputFailed { return .failed(.closed("recv")) }
        return socket.inputEnded ? .endOfStream : .wouldBlock
    }

    func write(_ piece: ArraySlice<UInt8>) {
        socket.write { $0 += piece }
    }

    func flush() { socket.flush() }
    func callAgain() { socket.callAgain() }
    func updateDeadline() { socket.updateDeadline() }

    func finishSending() {
        isSending = false
        socket.finishSending()
    }

    func closeOnceDrained() {
        tunnel = nil
        socket.closeOnceDrained()
    }

    func cutOnceDrained() {
        tunnel = nil
        socket.cut(resets: socket.hasSentAll)
    }

    func close() {
        tunnel = nil
        socket.close()
    }

    func reset() {
        tunnel = nil
        socket.cut(resets: true)
    }

    // MARK: ClientProtocol

    var isServing: Bool { tunnel != nil }
    var isIdle: Bool { tunnel == nil }
    /// What was sent before is the upstream's; where this side has been shut down the peer's end means that both are.
    var endsWithHangUp: Bool { isServing && isSending && socket.inputEnded }
    var writeTimeout: UInt64 { timeouts.write }
    var deadline: MonotonicTime { tunnel?.deadline ?? .distantFuture }

    func serve() {
        switch notice.take() {
        case .configurationChanged: tunnel?.review()
        case .programStops: tunnel?.leave(.goingAway, .drain)
        case nil: break
        }
        tunnel?.ready(.client)
    }

    func drained() { tunnel?.drained(.client) }

    func clientLost() {
        guard let tunnel else { return socket.close() }
        socket.readAgain()
        tunnel.lost(.client)
    }

    func deadlinePassed(at now: MonotonicTime) {
        tunnel?.deadlinePassed(at: now)
        socket.updateDeadline()
    }

    /// Nothing here is HTTP any more.
    func refuse(_ error: ProxyError) { abandon() }

    func renewWhereIdle() {
        guard notice == nil else { return }
        notice = .configurationChanged
        socket.callAgain()
    }

    func drain() {
        notice = .programStops
        socket.callAgain()
    }

    func abandon() {
        if let tunnel { tunnel.abandon() } else { socket.close() }
    }
}
