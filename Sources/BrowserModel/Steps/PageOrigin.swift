/// The origin of the page whose script asks.
public struct PageOrigin: Sendable, Hashable {
    /// As the Origin field has it: `https://app.example`, or `null` for an opaque origin.
    public let serialized: String
    /// Empty for an opaque origin.
    let scheme: String
    /// Without the port; empty for an opaque origin.
    public let host: String

    /// The origin of sandboxed frames, `data:` and `file:` pages.
    public static let opaque = PageOrigin(serialized: "null", scheme: "", host: "")

    private init(serialized: String, scheme: String, host: String) {
        self.serialized = serialized
        self.scheme = scheme
        self.host = host
    }

    /// Makes the origin that a page at a URL has.
    public init(of url: RequestURL) {
        self.init(serialized: url.origin, scheme: url.scheme, host: url.host)
    }

    /// Makes the origin of an app or an extension, such as `chrome-extension://abc`.
    public init(scheme: String, host: String) {
        self.init(serialized: "\(scheme)://\(host)", scheme: scheme, host: host)
    }

    /// Whether the origin is that of no other page: `null`.
    public var isOpaque: Bool { serialized == "null" }

    /// Whether a URL has this origin; an opaque one is the same as none.
    func isSame(as url: RequestURL) -> Bool { !isOpaque && serialized == url.origin }
}
