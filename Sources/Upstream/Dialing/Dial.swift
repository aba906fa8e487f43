import CCurl
import HTTPSyntax
import IPAddresses
import Sockets

/// One attempt of libcurl to connect to an upstream: name, addresses, proxy, TLS.
///
/// With `CURLOPT_CONNECT_ONLY` libcurl stops where HTTP begins. What it opened is then a plain descriptor, or,
/// under TLS, the easy handle itself.
final class Dial: EventHandler {
    let request: ConnectionRequest
    let easy: CurlEasy
    /// Called once with what came of it; emptied by then.
    var completion: ((Result<UpstreamConnection, ConnectFailure>) -> Void)?
    /// Whether the name has been resolved: libcurl has asked for a socket.
    private(set) var isResolved = false
    /// While it counts among the look-ups that are under way.
    var lease: LookupLimit.Lease?
    /// While it waits for one.
    var place: LookupQueue<Dial>.Place?
    /// Whether no socket could be opened for want of a descriptor.
    private(set) var lacksDescriptor = false
    /// Why an address was not connected to.
    private(set) var refusal: ConnectFailure?
    var token: EventToken?
    /// What is noted of TLS, where it is spoken.
    private(set) var handshakes: TLSHandshakes?
    private unowned let dialer: Dialer
    private var connectToList: CurlList?

    init(
        _ request: ConnectionRequest,
        dialer: Dialer,
        completion: @escaping (Result<UpstreamConnection, ConnectFailure>) -> Void
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

    // MARK: EventHandler

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
