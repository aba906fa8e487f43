import HTTPSyntax
import Text

/// A target as the client wrote it: split and checked, its host not yet parsed.
///
/// libcurl's URL parser reads `serialized` next, so that what is checked is what is connected to.
public struct TargetReference: Sendable, Hashable {
    /// The scheme written, or the one that the port implies.
    public let scheme: TargetScheme
    /// Host and port as written, without userinfo, an international name percent-decoded.
    ///
    /// The port is a number from 1 to 65535 or absent.
    public let authority: String
    /// Starts with `/`, has the query; byte for byte as written but for that `/`, never a fragment.
    public let pathAndQuery: String
    /// Whether the host has letters outside ASCII.
    var isInternational = false

    /// Whether a port is written.
    public var hasPort: Bool { HostAndPort.hasPort(authority) }

    /// The absolute URL.
    public var serialized: String {
        "\(scheme.rawValue)://\(authority)\(pathAndQuery)"
    }
}
