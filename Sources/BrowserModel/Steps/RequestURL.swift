import IPAddresses
import Text

/// An http or https URL as a browser holds it: parsed, canonical, without its fragment.
public struct RequestURL: Sendable, Hashable {
    /// `http` or `https`.
    public let scheme: String
    /// A lower-case name, an IPv4 address, or an IPv6 address in brackets.
    public let host: String
    /// 1–65535; nil where it is the scheme's default.
    public let port: UInt16?
    /// Starts with `/`.
    public let pathAndQuery: String

    /// Makes a URL of parts that a URL parser has produced; the scheme's default port counts as none.
    public init(scheme: String, host: String, port: UInt16?, pathAndQuery: String) {
        self.scheme = scheme
        self.host = host
        self.port = port == (scheme == "https" ? 443 : 80) ? nil : port
        self.pathAndQuery = pathAndQuery
    }

    /// The value of a Host field.
    public var authority: String { port.map { "\(host):\($0)" } ?? host }

    /// The origin as Fetch serialises it.
    public var origin: String { "\(scheme)://\(authority)" }

    /// The whole URL.
    public var serialized: String { origin + pathAndQuery }

    /// The whole URL as `new WebSocket()` has it: ws for http, and wss for https.
    ///
    /// - SeeAlso: WebSockets Standard §3.1 (the WebSocket() constructor).
    public var serializedForWebSocket: String { "\(isSecure ? "wss" : "ws")://\(authority)\(pathAndQuery)" }

    var isSecure: Bool { scheme == "https" }

    /// Whether browsers take the way there for safe.
    ///
    /// - SeeAlso: Secure Contexts §3.1 (is origin potentially trustworthy).
    var isPotentiallyTrustworthy: Bool { isSecure || AddressSpace(host) == .loopback }
}

/// How far away a host is, as far as its name tells.
///
/// - SeeAlso: Local Network Access §2.1 (IP address space).
enum AddressSpace: Sendable, Hashable {
    /// The user's own machine.
    case loopback
    /// An address of a private network, or a name that is only used there.
    case local
    /// A public address.
    case publicInternet
    /// A name, which may have any address.
    case unknown

    init(_ host: String) {
        if let address = IPAddress(HostAndPort.bare(host)) {
            let isPublic = SpecialPurpose.classify(address) == .publicUnicast
            self = address.isLoopback ? .loopback : isPublic ? .publicInternet : .local
        } else if LoopbackName.matches(host) {
            self = .loopback
        } else {
            self = host.hasSuffix(".local") ? .local : .unknown
        }
    }
}
