import CCurl
import HTTPSyntax
import IPAddresses
import Sockets

/// One attempt of libcurl to connect to an upstream: name, addresses, proxy, TLS.
///
/// With `CURLOPT_CONNECT_ONLY` libcurl stops where HTTP begins. What it opened is then a plain descriptor, or,
/// under TLS, the easy handle itself.
final class Dial: EventHandler {
    typealias Completion = (Result<UpstreamConnection, ConnectFailure>) -> Void

    let request: ConnectionRequest
    let easy: CurlEasy
    /// Called once with what came of it; emptied by then.
    private var completion: Completion?
    /// Whether the name has been resolved: libcurl has asked for a socket.
    private var isResolved = false
    /// While it counts among the look-ups that are under way.
    private var lease: LookupLimit.Lease?
    /// While it waits for one.
    private var place: LookupQueue<Dial>.Place?
    /// Whether no socket could be opened for want of a descriptor.
    private var lacksDescriptor = false
    /// Why an address was not connected to.
    private var refusal: ConnectFailure?
    private var token: EventToken?
    /// What is noted of TLS, where it is spoken.
    private var handshakes: TLSHandshakes?
    private unowned let dialer: Dialer
    private var connectToList: CurlList?

    init(
        _ request: ConnectionRequest,
        dialer: Dialer,
        completion: @escaping Completion
    ) throws(ConnectFailure) {
        guard let easy = CurlEasy() else { throw .internalError }
        self.request = request
        self.easy = easy
        self.dialer = dialer
        self.completion = completion
        try configure()
    }

    private func configure() throws(ConnectFailure) {
        let origin = request.origin
        var settings = CurlSettings(easy)
        settings.set(CURLOPT_CONNECT_ONLY, 1)
        // Without it, to cancel would wait for the resolver's thread.
        settings.set(CURLOPT_QUICK_EXIT, 1)
        settings.set(CURLOPT_URL, "\(origin.scheme.rawValue)://\(origin.host):\(origin.port)/")
        settings.set(CURLOPT_TCP_KEEPALIVE, 1)
        // libcurl takes a connection under TLS for an unused one of its own pool: it must never seem too old.
        settings.set(CURLOPT_MAXAGE_CONN, 1 << 31)
        if dialer.forgetsAddresses() { settings.set(CURLOPT_DNS_CACHE_TIMEOUT, 0) }
        connectToList = settings.setRoute(request)
        settings.discardOutput()
        unsafe settings.setSocketCallbacks(
            open: Self.openSocket,
            openContext: Unmanaged.passUnretained(self).toOpaque(),
            close: Dialer.closeSocket,
            closeContext: Unmanaged.passUnretained(dialer).toOpaque()
        )
        guard settings.succeeded else { throw .internalError }
    }

    /// Sets whom certificates are verified by, and which session is resumed.
    ///
    /// - Throws: Why that cannot be.
    func secure(resuming sessions: TLSHandshake.Sessions) throws(ConnectFailure) {
        guard request.usesTLS else { return }
        var settings = CurlSettings(easy)
        settings.leaveAuthorities()
        var reading: TrustStore.Reading?
        if request.verifiesTarget {
            reading = request.profile.trust.reading
            guard reading?.authorities != nil else { throw .tls(.authoritiesUnreadable) }
        }
        var proxy: TLSHandshake?
        if request.proxy?.scheme == .https {
            guard let authorities = request.profile.proxyTrust.reading.authorities else { throw .proxy }
            proxy = TLSHandshake(by: authorities)
        }
        let key = TLSSessionKey(
            origin: request.origin,
            profile: request.profile.number,
            reading: reading?.number ?? 0
        )
        let target = TLSHandshake(by: reading?.authorities, resuming: key, from: sessions)
        let handshakes = TLSHandshakes(target: target, proxy: proxy)
        handshakes.install(in: &settings)
        self.handshakes = handshakes
        guard settings.succeeded else { throw .internalError }
    }

    // MARK: The look-up of the name

    /// Whether it counts among the look-ups that are under way.
    var isLookingUp: Bool { lease != nil }

    /// It waits for its turn to look up the name.
    func wait(in place: LookupQueue<Dial>.Place) {
        self.place = place
    }

    /// It may look up the name.
    func lookUp(under lease: LookupLimit.Lease) {
        place = nil
        self.lease = lease
    }

    /// The look-up is over, or given up; nil where none is under way.
    func takeLease() -> LookupLimit.Lease? {
        defer { lease = nil }
        return lease
    }

    /// It waits no more; nil where it did not.
    func takePlace() -> LookupQueue<Dial>.Place? {
        defer { place = nil }
        return place
    }

    // MARK: The end

    /// Nobody waits for it any more: no address is connected to from now on.
    func giveUp() {
        completion = nil
    }

    /// Hands out whom to tell, once; a session that the upstream stumbles over is not offered again.
    func end(with result: Result<UpstreamConnection, ConnectFailure>) -> Completion? {
        defer { completion = nil }
        if case .failure = result { handshakes?.target.forgetSessions() }
        return completion
    }

    /// How long its steps took.
    var times: DialTimes { DialTimes(easy, handshakes?.target) }

    /// Reads libcurl's verdict.
    func failure(_ code: CURLcode) -> ConnectFailure {
        if lacksDescriptor, code == CURLE_COULDNT_CONNECT { return .noDescriptor }
        return ConnectFailure(
            code,
            of: easy,
            for: request,
            handshakes: handshakes,
            refusal: refusal,
            isResolved: isResolved
        )
    }

    /// Why it has come to nothing where its time is over.
    var timeout: ConnectFailure { isResolved ? .timeout : .resolutionTimeout }

    /// The connection whose TLS session the easy handle owns.
    func securedConnection(on number: Int32, loop: EventLoop) -> UpstreamConnection {
        UpstreamConnection(
            securedBy: easy,
            number: number,
            request: request,
            handshake: handshakes?.target,
            dialer: dialer,
            loop: loop
        )
    }

    // MARK: EventHandler

    /// Has it end when the time for connecting is over.
    func startTimer(on loop: EventLoop) {
        let token = loop.register(self)
        self.token = token
        let time = request.profile.connectTimeout.inNanoseconds
        loop.setDeadline(loop.now.advanced(byNanoseconds: time), for: token)
    }

    func stopTimer(on loop: EventLoop) {
        if let token { loop.deregister(token) }
    }

    func ready(for readiness: Readiness) {}

    func deadlinePassed() {
        dialer.timedOut(self)
    }

    // MARK: The guard

    /// Judges one address; a refused one is never connected to.
    private func permits(_ address: SocketAddress?) -> Bool {
        if !isResolved {
            isResolved = true
            dialer.endLookup(of: self)
        }
        // Without a completion it was given up while the name was looked up.
        guard let address, completion != nil else { return false }
        if let failure = request.refusal(of: address) {
            refusal = failure
            return false
        }
        return true
    }

    private static let openSocket: curl_opensocket_callback = { context, _, address in
        guard let context = unsafe context else { return CURL_SOCKET_BAD }
        let dial = unsafe Unmanaged<Dial>.fromOpaque(context).takeUnretainedValue()
        return unsafe openGuardedSocket(for: address, permits: dial.permits) { error in
            if dial.refusal == nil, error.isOutOfDescriptors { dial.lacksDescriptor = true }
        }
    }
}
