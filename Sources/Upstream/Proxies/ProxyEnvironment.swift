import CCurl
import HTTPSyntax
import IPAddresses
import Text

/// Another proxy, through which requests to upstreams go.
public struct ProxyEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// How the proxy is spoken to.
    public enum Scheme: String, Sendable, Hashable, CaseIterable {
        /// HTTP, for https targets by CONNECT.
        case http
        /// HTTP over TLS.
        case https
        /// SOCKS 4; names are looked up here.
        case socks4
        /// SOCKS 4a; the proxy looks names up.
        case socks4a
        /// SOCKS 5; names are looked up here.
        case socks5
        /// SOCKS 5; the proxy looks names up.
        case socks5h
    }

    /// How the proxy is spoken to.
    public let scheme: Scheme
    /// Canonical, IPv6 in brackets.
    public let host: String
    /// 1–65535.
    public let port: UInt16
    /// The value for `CURLOPT_PROXY`, with the credentials: never to be shown.
    public let url: String
    /// The value of the Proxy-Authorization field of requests in absolute form, nil without credentials and for
    /// SOCKS.
    public let basicAuthorization: String?
    /// Whether the URL names a user.
    public let hasCredentials: Bool

    /// The endpoint without its credentials, for messages.
    public var description: String { "\(scheme.rawValue)://\(host):\(port)" }
}

extension ProxyEndpoint {
    /// Reads `[scheme://][user:password@]host[:port]`; nil for another scheme, a bad host or a bad port.
    ///
    /// As with curl, the scheme may be left out for http, and the port for 443 with https and 1080 with others.
    init?(_ text: String) {
        let handle = URLHandle()
        let hasScheme = text.contains("://")
        guard handle.set(hasScheme ? text : "http://\(text)", flags: CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK,
            let name = handle.part(CURLUPART_SCHEME)?.lowercased(),
            let scheme = Scheme(rawValue: name == "socks" ? "socks4" : name),
            let port = handle.part(CURLUPART_PORT).map({ UInt16($0) }) ?? (scheme == .https ? 443 : 1080),
            port > 0
        else { return nil }
        // Still percent-encoded, so that an `@` or a `:` in them stays theirs.
        let user = handle.part(CURLUPART_USER)
        let password = handle.part(CURLUPART_PASSWORD)
        let decodedUser = handle.part(CURLUPART_USER, flags: UInt32(CURLU_URLDECODE))
        let decodedPassword = handle.part(CURLUPART_PASSWORD, flags: UInt32(CURLU_URLDECODE))
        guard (user == nil) == (decodedUser == nil), (password == nil) == (decodedPassword == nil),
            let host = handle.canonicalHost()
        else { return nil }

        self.scheme = scheme
        self.host = host
        self.port = port
        hasCredentials = user != nil
        var credentials = ""
        if let user {
            credentials = password.map { "\(user):\($0)@" } ?? "\(user)@"
        }
        url = "\(scheme.rawValue)://\(credentials)\(host):\(port)"
        basicAuthorization =
            switch scheme {
            case .http, .https:
                decodedUser.map { user in
                    let pair = Base64.encoded("\(user):\(decodedPassword ?? "")".utf8)
                    return "Basic \(String(decoding: pair, as: UTF8.self))"
                }
            case .socks4, .socks4a, .socks5, .socks5h: nil
            }
    }
}

/// The URL of a proxy cannot be used.
public enum ProxyEnvironmentError: Error, Sendable, Hashable {
    /// That in the environment variable of this name.
    case variable(String)
    /// That in the configuration.
    case setting

    /// The error in words, without the URL, which may hold a password.
    public var reason: String {
        let source =
            switch self {
            case .variable(let name): "The environment variable \(name)"
            case .setting: "The proxy setting"
            }
        return
            "\(source) is no proxy URL. Write http://host:port, or https, socks4, socks4a, socks5 or socks5h."
    }
}

/// Which proxy, if any, requests to a target go through.
///
/// The rules are those of curl 7.88: `http_proxy` in lower case only (CGI sets `HTTP_PROXY` from a request
/// field), `https_proxy`, then `all_proxy`, the lower-case name first; empty variables count as unset. `no_proxy`
/// excepts targets, also from a proxy that the configuration names.
public struct ProxyEnvironment: Sendable, Hashable {
    /// The `upstream.proxy` setting.
    public enum Setting: Sendable, Hashable {
        /// What the environment says.
        case environment
        /// No proxy.
        case none
        /// One proxy for all targets.
        case url(String)
    }

    private let http: ProxyEndpoint?
    private let https: ProxyEndpoint?
    private let exceptions: ProxyExceptions

    /// Reads the proxies once.
    ///
    /// - Parameters:
    ///   - setting: The `upstream.proxy` setting.
    ///   - environment: The environment of the process.
    /// - Throws: `ProxyEnvironmentError` where a proxy that would be used has a bad URL.
    public init(_ setting: Setting, environment: [String: String]) throws(ProxyEnvironmentError) {
        switch setting {
        case .environment:
            http = try Self.endpoint(named: ["http_proxy", "all_proxy", "ALL_PROXY"], in: environment)
            https = try Self.endpoint(
                named: ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
                in: environment
            )
        case .none:
            http = nil
            https = nil
        case .url(let text):
            guard let endpoint = ProxyEndpoint(text) else { throw ProxyEnvironmentError.setting }
            http = endpoint
            https = endpoint
        }
        let names = ["no_proxy", "NO_PROXY"]
        exceptions = ProxyExceptions(names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "")
    }

    /// The hosts of all proxies.
    public var hosts: [String] { [http, https].compactMap { $0?.host } }

    /// The proxy for a target, nil where it is connected to directly.
    public func endpoint(for target: TargetOrigin) -> ProxyEndpoint? {
        let endpoint =
            switch target.scheme {
            case .http: http
            case .https: https
            }
        guard let endpoint, !exceptions.contain(target.host) else { return nil }
        return endpoint
    }

    private static func endpoint(
        named names: [String],
        in environment: [String: String]
    ) throws(ProxyEnvironmentError) -> ProxyEndpoint? {
        for name in names {
            guard let text = environment[name], !text.isEmpty else { continue }
            guard let endpoint = ProxyEndpoint(text) else { throw ProxyEnvironmentError.variable(name) }
            return endpoint
        }
        return nil
    }
}

extension ProxyEnvironment {
    /// Tells whether a target is private by its name or as an address literal.
    ///
    /// For targets behind another proxy, whose addresses cannot be seen here. A name of one label counts too: it
    /// means a host in the other proxy's own network.
    ///
    /// - Parameter host: The host of a `TargetOrigin`.
    /// - Returns: True for `localhost`, `printer`, what ends in `.localhost`, `.local`, `.internal` or
    ///   `.home.arpa`, and addresses that are not public.
    /// - SeeAlso: RFC 6761 §6.3, RFC 6762 §3, RFC 8375.
    public static func isPrivateName(_ host: String) -> Bool {
        if let address = IPAddress(literal: host) {
            return SpecialPurpose.classify(address) != .publicUnicast
        }
        let labels = host.utf8.split(separator: UInt8(ascii: "."))
        guard let last = labels.last, labels.count > 1 else { return true }
        return ["localhost", "local", "internal"].contains { last.elementsEqual($0.utf8) }
            || host == "home.arpa" || host.hasSuffix(".home.arpa")
    }
}

extension IPAddress {
    /// Reads the host of a `TargetOrigin`, IPv6 in brackets; nil for a name.
    public init?(literal host: String) {
        self.init(HostAndPort.bare(host))
    }
}

/// The targets that `no_proxy` excepts.
private struct ProxyExceptions: Sendable, Hashable {
    private let areAll: Bool
    /// Each with a leading dot.
    private let names: [String]
    private let blocks: [NetworkBlock]

    /// Reads names and address blocks, separated by commas or blanks.
    init(_ text: String) {
        // Only as the whole value does the asterisk mean everything.
        areAll = text == "*"
        var names: [String] = []
        var blocks: [NetworkBlock] = []
        for token in text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
            if let block = Self.block(token) {
                blocks.append(block)
                continue
            }
            var name = token
            if name.last == "." { name.removeLast() }
            if name.first == "." { name.removeFirst() }
            if !name.isEmpty { names.append(".\(name.lowercased())") }
        }
        self.names = names
        self.blocks = blocks
    }

    /// Names match on whole labels: `example.com` also excepts `www.example.com`, not `badexample.com`.
    func contain(_ host: String) -> Bool {
        if areAll { return true }
        if let address = IPAddress(literal: host) {
            return blocks.contains { $0.contains(address) }
        }
        let dotted = ".\(host)"
        return names.contains { dotted.hasSuffix($0) }
    }

    /// As curl does, takes bits below the prefix and reads a prefix length of 0 as "this address".
    private static func block(_ token: Substring) -> NetworkBlock? {
        let parts = token.split(separator: "/", maxSplits: 1)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        let length = parts.dropFirst().first.flatMap { Int($0) } ?? 0
        guard length <= address.family.bitCount else { return nil }
        return NetworkBlock(of: address, prefixLength: length > 0 ? length : address.family.bitCount)
    }
}
