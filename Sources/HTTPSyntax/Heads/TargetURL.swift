/// The two schemes that are forwarded.
public enum TargetScheme: String, Sendable, Hashable {
    case http
    case https

    /// The scheme that a configuration or a command writes, in any case: what is asked by `ws` and `wss` is reached by
    /// `http` and `https`.
    ///
    /// - SeeAlso: RFC 6455 §3.
    public init?(written name: some StringProtocol) {
        switch name.lowercased() {
        case "http", "ws": self = .http
        case "https", "wss": self = .https
        default: return nil
        }
    }

    /// The port that a URL of this scheme means when it names none.
    public var defaultPort: UInt16 {
        switch self {
        case .http: 80
        case .https: 443
        }
    }
}

/// The scheme, host and port that requests are sent to: the unit of trust and of connection reuse.
///
/// - SeeAlso: RFC 9110 §4.3.1.
public struct TargetOrigin: Sendable, Hashable {
    /// An origin is copied many times per request: to copy it counts one reference and not three.
    private final class Texts: Sendable {
        let host: String
        let authority: String
        let serialized: String

        init(_ scheme: TargetScheme, _ host: String, _ port: UInt16) {
            self.host = host
            // Made here and not when asked for: the same few origins come again and again.
            authority = port == scheme.defaultPort ? host : "\(host):\(port)"
            serialized = "\(scheme.rawValue)://\(authority)"
        }
    }

    /// How to talk to the host.
    public let scheme: TargetScheme
    /// 1–65535; the scheme's default where the URL names none.
    public let port: UInt16
    private let texts: Texts

    /// Makes an origin of parts that libcurl's URL parser has produced.
    public init(scheme: TargetScheme, host: String, port: UInt16) {
        self.scheme = scheme
        self.port = port
        texts = Texts(scheme, host, port)
    }

    /// A lower-case ASCII name (punycode where international), an IPv4 address, or an IPv6 address in brackets.
    public var host: String { texts.host }
    /// The value of a Host field: the port only where it is not the scheme's default.
    public var authority: String { texts.authority }
    /// The origin as Fetch serialises it, for example `https://api.example.com:8443`.
    public var serialized: String { texts.serialized }

    /// Compares scheme, host and port, of which the rest is made.
    public static func == (left: TargetOrigin, right: TargetOrigin) -> Bool {
        left.texts === right.texts
            || left.port == right.port && left.scheme == right.scheme && left.host == right.host
    }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(port)
        hasher.combine(host)
    }
}

/// The absolute URL of one request to an upstream.
public struct TargetURL: Sendable, Hashable {
    /// Where to connect.
    public let origin: TargetOrigin
    /// What is asked there: starts with `/`, has the query, never a fragment; sent byte for byte.
    public let pathAndQuery: String
    /// Whether the port was written although it is the scheme's default: it is shown again where the URL is.
    public let showsPort: Bool
    /// The fragment without its `#`, kept only to hand it back in a Location.
    public let fragment: String?

    /// Makes a URL of parts that libcurl's URL parser has produced.
    public init(origin: TargetOrigin, pathAndQuery: String, fragment: String? = nil, showsPort: Bool = false)
    {
        self.origin = origin
        self.pathAndQuery = pathAndQuery
        self.fragment = fragment
        self.showsPort = showsPort
    }

    /// The path alone, for patterns and for logs, which must not show a query.
    public var path: Substring {
        Substring(pathAndQuery.utf8.prefix { $0 != UInt8(ascii: "?") })
    }

    /// The whole URL, without its fragment.
    public var serialized: String {
        guard isPortAdded else { return origin.serialized + pathAndQuery }
        return "\(origin.serialized):\(origin.port)\(pathAndQuery)"
    }

    /// Appends what `serialized` says.
    public func write(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: origin.serialized.utf8)
        if isPortAdded { bytes.append(contentsOf: ":\(origin.port)".utf8) }
        bytes.append(contentsOf: pathAndQuery.utf8)
    }

    private var isPortAdded: Bool { showsPort && origin.port == origin.scheme.defaultPort }
}
