/// What the browser will use a response for, as `Sec-Fetch-Dest` tells.
///
/// Where one origin, the proxy's, serves several targets, no target's markup or script may run there.
///
/// - SeeAlso: Fetch Metadata Request Headers §2.1; Fetch §2.2.5, destination.
public enum FetchDestination: String, Sendable, Hashable {
    case document
    case embed
    case frame
    case iframe
    case object
    case serviceWorker = "serviceworker"
    /// Any other, or none: a program that is no browser, or a page on plain http.
    case other

    /// The policy for every response where targets share an origin, whatever the destination says.
    ///
    /// It stands in a line of its own beside the target's, and both apply. The destination alone would not do:
    /// what a script has fetched can be shown from the cache, and on plain http browsers do not send it.
    ///
    /// - SeeAlso: Content Security Policy Level 3 §6.3.2.
    public static let contentSecurityPolicy = "sandbox"

    /// Reads the field's value; nil where it is absent.
    public init(_ value: ArraySlice<UInt8>?) {
        // The longest name known has 13 bytes; longer values need no string.
        guard let value, value.count <= 13 else {
            self = .other
            return
        }
        self = FetchDestination(rawValue: String(decoding: value, as: UTF8.self)) ?? .other
    }

    /// Whether the browser renders the response as a page, so that its type must not be guessed (`nosniff`).
    public var isRendered: Bool {
        switch self {
        case .document, .embed, .frame, .iframe, .object: true
        case .serviceWorker, .other: false
        }
    }

    /// Whether the request is refused: a service worker of the proxy's origin would see all its traffic.
    public var isRefused: Bool { self == .serviceWorker }
}
