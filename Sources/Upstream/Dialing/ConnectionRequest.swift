import CCurl
import HTTPSyntax
import IPAddresses
import Sockets
import Text

/// Which addresses may be connected to, with a number to compare by; one object that all requests share.
public final class NumberedGuard: Sendable {
    /// Equal numbers mean the same guard: a pooled connection that passed it once need not be judged again.
    public let number: Int
    /// The judge.
    public let guardian: AddressGuard

    /// Pairs a guard with its number.
    public init(number: Int, guardian: AddressGuard) {
        self.number = number
        self.guardian = guardian
    }
}

/// Sends the connections for one host elsewhere, as curl's `--connect-to` does.
public struct ConnectTo: Sendable {
    /// The host in question, as `TargetOrigin` spells it.
    public let host: String
    /// The port in question, `nil` for any.
    public let port: UInt16?
    /// Where to connect instead: a name or an address, IPv6 in brackets.
    public let destination: String
    /// The port there, `nil` for the same.
    public let destinationPort: UInt16?

    /// Makes a detour.
    public init(host: String, port: UInt16?, destination: String, destinationPort: UInt16?) {
        self.host = host
        self.port = port
        self.destination = destination
        self.destinationPort = destinationPort
    }

    /// As `CURLOPT_CONNECT_TO` wants it.
    var curlText: String {
        let ports = [port, destinationPort].map { $0.map(String.init) ?? "" }
        return "\(host):\(ports[0]):\(destination):\(ports[1])"
    }
}

/// How connections of one configuration are made; one object that all requests share.
public final class ConnectionProfile: Sendable {
    /// Tells apart the pooled connections of profiles that may not share any.
    public let number: Int
    /// From the first look-up to the end of the TLS handshake.
    public let connectTimeout: Duration
    /// How long an unused connection is kept, in nanoseconds.
    let poolIdleNanoseconds: UInt64
    /// How many connections one shard may have to one origin; 0 for no bound.
    public let maximumConnectionsPerHost: Int
    /// Whether certificates are verified.
    public let verifiesTLS: Bool
    /// The path of a PEM file with authorities that are trusted in place of the system's.
    public let authorityFile: String?
    /// Whom the certificates of targets are verified by.
    public let trust: TrustStore
    /// Whom the certificates of forward proxies are verified by: the system's authorities.
    let proxyTrust: TrustStore
    /// The path of a PEM file with the certificate that is shown to the target.
    public let clientCertificate: String?
    /// The path of a PEM file with that certificate's key, nil where its own file holds it.
    public let clientKey: String?
    /// Hosts that are connected to elsewhere; Host field and TLS name stay.
    public let connectTo: [ConnectTo]
    /// Where this process listens: never connected to.
    public let ownAddresses: [SocketAddress]

    /// Makes a profile.
    ///
    /// - Parameters:
    ///   - trust: What reads `authorityFile`, where others have it too.
    ///   - systemTrust: What reads the system's authorities.
    public init(
        number: Int,
        connectTimeout: Duration,
        poolIdleTimeout: Duration,
        maximumConnectionsPerHost: Int,
        verifiesTLS: Bool,
        authorityFile: String?,
        clientCertificate: String? = nil,
        clientKey: String? = nil,
        connectTo: [ConnectTo],
        ownAddresses: [SocketAddress],
        trust: TrustStore? = nil,
        systemTrust: TrustStore? = nil
    ) {
        self.number = number
        self.connectTimeout = connectTimeout
        poolIdleNanoseconds = poolIdleTimeout.inNanoseconds
        self.maximumConnectionsPerHost = maximumConnectionsPerHost
        self.verifiesTLS = verifiesTLS
        self.authorityFile = authorityFile
        let systemTrust = systemTrust ?? TrustStore(file: nil)
        self.trust = trust ?? authorityFile.map { TrustStore(file: $0) } ?? systemTrust
        proxyTrust = systemTrust
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
        self.connectTo = connectTo
        self.ownAddresses = ownAddresses
    }

    /// The first detour that an origin's connections take.
    func detour(from origin: TargetOrigin) -> ConnectTo? {
        connectTo.first { $0.host == origin.host && ($0.port ?? origin.port) == origin.port }
    }

    /// Whether the process itself listens on an address.
    func isOwn(_ candidate: SocketAddress) -> Bool {
        ownAddresses.contains { own in
            own.port == candidate.port
                && (own.address == candidate.address
                    || own.address.isUnspecified
                        && (candidate.address.isLoopback
                            || MachineAddresses.shared.contains(candidate.address)))
        }
    }
}

/// Asks for a connection to one origin.
public struct ConnectionRequest: Sendable {
    /// Where to.
    public let origin: TargetOrigin
    /// How.
    public let profile: ConnectionProfile
    /// What the address has to pass.
    public let addressGuard: NumberedGuard
    /// The forward proxy on the way, `nil` for a direct connection.
    public let proxy: ProxyEndpoint?
    /// Whether bytes go both ways over it for as long as it lasts: it counts apart from what `maxConnectionsPerHost`
    /// bounds, and a forward proxy passes it through.
    public let isForTunnel: Bool

    /// Makes a request.
    public init(
        origin: TargetOrigin,
        profile: ConnectionProfile,
        addressGuard: NumberedGuard,
        proxy: ProxyEndpoint?,
        isForTunnel: Bool = false
    ) {
        self.isForTunnel = isForTunnel
        self.origin = origin
        self.profile = profile
        self.addressGuard = addressGuard
        self.proxy = proxy
    }

    /// The name that has to be looked up here, nil where there is an address.
    var lookupName: String? {
        let host: String =
            switch proxy?.scheme {
            case nil: profile.detour(from: origin)?.destination ?? origin.host
            // Of these the target's name is looked up too, and it is the one that clients choose.
            case .socks4, .socks5: origin.host
            case .http, .https, .socks4a, .socks5h: proxy?.host ?? origin.host
            }
        let bare = HostAndPort.bare(host)
        return IPAddress(bare) == nil ? bare : nil
    }

    /// Whether TLS is spoken, with the target or with a proxy before it.
    var usesTLS: Bool { origin.scheme == .https || proxy?.scheme == .https }

    /// Whether the target has to show a certificate that is trusted.
    var verifiesTarget: Bool { origin.scheme == .https && profile.verifiesTLS }

    /// Whose authorities have to be known before a handshake.
    var trusts: [TrustStore] {
        (verifiesTarget ? [profile.trust] : []) + (proxy?.scheme == .https ? [profile.proxyTrust] : [])
    }

    var key: ConnectionKey {
        ConnectionKey(origin: origin, profile: profile.number, isForTunnel: isForTunnel)
    }

    /// Judges an address before it is connected to, and again before its connection is used once more.
    ///
    /// The guard cannot see past a forward proxy.
    func refusal(of address: SocketAddress) -> ConnectFailure? {
        if proxy != nil { return nil }
        if profile.isOwn(address) { return .ownAddress }
        guard case .refused(let refusal) = addressGuard.guardian.verdict(on: address.address) else {
            return nil
        }
        return .addressRefused(refusal)
    }
}

/// What pooled connections have in common that can serve the same requests.
struct ConnectionKey: Hashable {
    let origin: TargetOrigin
    let profile: Int
    let isForTunnel: Bool
}

extension CurlSettings {
    /// Has libcurl read the authorities that are trusted by itself, for the one connection that it makes.
    mutating func readAuthorities(of profile: ConnectionProfile) {
        guard let authorityFile = profile.authorityFile else { return }
        set(CURLOPT_CAINFO, authorityFile)
        // Debian's libcurl looks into /etc/ssl/certs besides: the file stands in place of that.
        unset(CURLOPT_CAPATH)
    }

    /// Has libcurl read no authorities and keep no sessions: `TLSHandshake` has both.
    mutating func leaveAuthorities() {
        for option in [CURLOPT_CAINFO, CURLOPT_CAPATH, CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH] {
            unset(option)
        }
        // libcurl would put the empty store of one connection aside for all others.
        set(CURLOPT_CA_CACHE_TIMEOUT, 0)
        set(CURLOPT_SSL_SESSIONID_CACHE, 0)
    }

    /// Sets how the host is reached and what its certificate has to pass.
    ///
    /// - Returns: A list that has to live as long as the handle is used.
    mutating func setRoute(_ request: ConnectionRequest) -> CurlList? {
        let profile = request.profile
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // Where libcurl speaks no HTTP it still offers protocols by ALPN. If an upstream chose h2, libcurl would put
        // its own HTTP/2 between curl_easy_recv and the bytes: an answer in other words, or a crash.
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: profile.connectTimeout.inNanoseconds / 1_000_000))
        set(CURLOPT_NOPROXY, "")
        set(CURLOPT_PROXY, request.proxy?.url ?? "")
        if request.isForTunnel { set(CURLOPT_HTTPPROXYTUNNEL, 1) }
        set(CURLOPT_SSL_VERIFYPEER, profile.verifiesTLS ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, profile.verifiesTLS ? 2 : 0)
        if let certificate = profile.clientCertificate {
            set(CURLOPT_SSLCERT, certificate)
            set(CURLOPT_SSLKEY, profile.clientKey ?? certificate)
        }
        guard let detour = profile.detour(from: request.origin) else { return nil }
        let list = CurlList(detour.curlText)
        set(CURLOPT_CONNECT_TO, list)
        return list
    }
}
