import Text

/// One entry of an origin list: `scheme://host[:port]`, with `*.` before the host or `*` as the port.
///
/// A value is always canonical: its text is written as a browser serialises an origin.
///
/// - SeeAlso: HTML §7.1.1 (ASCII serialization of an origin).
struct OriginPattern: Sendable, Hashable {
    enum Host: Sendable, Hashable {
        case exact(String)
        /// One or more labels before this domain, never the domain itself.
        case subdomains(of: String)
        /// Every host of an extension scheme.
        case any
    }

    enum Port: Sendable, Hashable {
        /// None is written: the scheme's default.
        case implicit
        case number(UInt16)
        /// Any, or none.
        case any

        func covers(_ other: Port) -> Bool {
            self == .any || self == other
        }
    }

    let scheme: String
    let host: Host
    let port: Port

    init(scheme: String, host: Host, port: Port) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Takes a canonical origin for the pattern that stands for it alone.
    init?(serialized origin: String) {
        var reader = OriginPatternReader(origin) { _ in nil }
        do throws(PatternFault) {
            self = try reader.read()
        } catch {
            return nil
        }
        guard isExact else { return nil }
    }

    /// The text of the pattern, for messages and as the key of exact origins.
    var text: String {
        let hostText =
            switch host {
            case .exact(let name): name
            case .subdomains(let parent): "*.\(parent)"
            case .any: "*"
            }
        return switch port {
        case .implicit: "\(scheme)://\(hostText)"
        case .number(let number): "\(scheme)://\(hostText):\(number)"
        case .any: "\(scheme)://\(hostText):*"
        }
    }

    /// Whether the pattern stands for one origin only.
    var isExact: Bool {
        if case .exact = host { port != .any } else { false }
    }

    /// Whether every origin of the other pattern is one of this pattern too.
    func covers(_ other: OriginPattern) -> Bool {
        scheme == other.scheme && port.covers(other.port) && hostCovers(other.host)
    }

    private func hostCovers(_ other: Host) -> Bool {
        switch (host, other) {
        case (.any, _):
            true
        case (.exact(let name), .exact(let otherName)):
            name == otherName
        case (.subdomains(let parent), .exact(let name)):
            Self.isDomain(name, below: parent)
        case (.subdomains(let parent), .subdomains(let otherParent)):
            otherParent == parent || Self.isDomain(otherParent, below: parent)
        case (.exact, _), (.subdomains, .any):
            false
        }
    }

    private static func isDomain(_ name: String, below parent: String) -> Bool {
        let labelLength = name.utf8.count - parent.utf8.count - 1
        return labelLength > 0 && name.hasSuffix(parent)
            && name.utf8.dropFirst(labelLength).first == UInt8(ascii: ".")
    }

    /// Whether its pages come from the user's own machine, so that plain http is safe on the way.
    var isLoopback: Bool {
        switch host {
        case .exact(let name):
            LoopbackName.matches(name) || HostSpelling.isLoopbackAddress(name)
        case .subdomains(let parent):
            LoopbackName.matches(parent)
        case .any:
            false
        }
    }
}
