import HTTPSyntax
import Text

/// The URL that a route leads to, as it was written and as it was read.
public struct RouteTarget: Sendable, Equatable {
    /// The URL, http or https, with at least `/` for a path; empty where it was refused.
    public let text: String
    /// What it means; its authority is what libcurl makes of it.
    public let url: TargetURL

    /// Stands where none was read; a configuration with it is refused.
    static let missing = RouteTarget(
        text: "",
        url: TargetURL(origin: TargetOrigin(scheme: .http, host: "", port: 80), pathAndQuery: "/")
    )

    /// Whether there is none.
    var isMissing: Bool { text.isEmpty }

    private init(text: String, url: TargetURL) {
        self.text = text
        self.url = url
    }

    /// Reads a URL; what stands before the path is left to the validators.
    ///
    /// - Throws: a `Fault`, also for paths that servers read in more than one way, such as `/a/../b`.
    init(_ text: String, _ validators: Validators) throws(Fault) {
        let example = "Write one such as \"https://api.example.com/v1/\"."
        guard let separator = text.firstRange(of: "://") else {
            throw Fault("\(text.quoted) is not an absolute URL.", mend: example)
        }
        let name = text[..<separator.lowerBound]
        guard let scheme = TargetScheme(written: name) else {
            throw Fault(
                "\(name.lowercased().quoted) is not a scheme that is forwarded to.",
                mend: "Write http or https, or ws or wss, which mean the same."
            )
        }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { "/?#\\".contains($0) } ?? rest.endIndex
        let authority = String(rest[..<end])
        guard !authority.contains("@") else {
            throw Fault(
                "The URL holds a user name.",
                mend: "Set Authorization in request.setHeaders instead."
            )
        }
        guard !authority.isEmpty else { throw Fault("\(text.quoted) names no host.", mend: example) }
        let path = end == rest.endIndex ? "/" : String(rest[end...])
        try Self.check(path)
        self.init(
            text: "\(scheme.rawValue)://\(authority)\(path)",
            url: TargetURL(origin: try validators.targetOrigin(scheme, authority), pathAndQuery: path)
        )
    }

    private static func check(_ path: String) throws(Fault) {
        if path.contains("?") {
            throw Fault("The URL holds a query.", mend: "Set its parameters in request.setQuery instead.")
        }
        if path.contains("#") { throw Fault("The URL holds a fragment.", mend: "Remove it.") }
        guard isURLPath(path), !PathReading.isAmbiguous(path[...]) else {
            throw Fault(
                "The path \(path.quoted) is not read alike by all servers.",
                mend: "Write it without dot segments, \"\\\" and double encodings, and percent-encode spaces."
            )
        }
    }

    /// Whether the path has nothing but visible characters of ASCII and whole percent-encodings.
    private static func isURLPath(_ path: String) -> Bool {
        let bytes = path.utf8.span
        for index in bytes.indices {
            guard bytes[index].isVisibleOctet else { return false }
            if bytes[index] == UInt8(ascii: "%"), !PercentEncoding.isEncoded(bytes, at: index) {
                return false
            }
        }
        return path.hasPrefix("/")
    }
}

extension TargetOrigin {
    /// The host without the brackets of an IPv6 address.
    var bareHost: String { HostAndPort.bare(host) }
}
