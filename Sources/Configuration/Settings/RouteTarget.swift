import Text

/// The URL that a route leads to, taken apart.
struct RouteTarget {
    /// `http` or `https`.
    let scheme: String
    /// `host[:port]` as it was written.
    let authority: String
    /// At least `/`; without query and fragment.
    let path: String

    /// The URL as a whole.
    var text: String { "\(scheme)://\(authority)\(path)" }

    /// Reads a URL; what stands before the host is left to `address(_:)`.
    ///
    /// - Throws: a `Fault`, also for paths that servers read in more than one way, such as `/a/../b`.
    init(_ text: String) throws(Fault) {
        let example = "Write one such as \"https://api.example.com/v1/\"."
        guard let separator = text.firstRange(of: "://") else {
            throw Fault("\(text.quoted) is not an absolute URL.", mend: example)
        }
        scheme = text[..<separator.lowerBound].lowercased()
        guard ["http", "https"].contains(scheme) else {
            throw Fault(
                "\(scheme.quoted) is not a scheme that is forwarded to.",
                mend: "Write http or https."
            )
        }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { "/?#\\".contains($0) } ?? rest.endIndex
        authority = String(rest[..<end])
        guard !authority.contains("@") else {
            throw Fault(
                "The URL holds a user name.",
                mend: "Set Authorization in request.setHeaders instead."
            )
        }
        guard !authority.isEmpty else { throw Fault("\(text.quoted) names no host.", mend: example) }
        path = end == rest.endIndex ? "/" : String(rest[end...])
        if path.contains("?") {
            throw Fault("The URL holds a query.", mend: "Set its parameters in request.setQuery instead.")
        }
        if path.contains("#") { throw Fault("The URL holds a fragment.", mend: "Remove it.") }
        guard Self.isURLPath(path), !PathReading.isAmbiguous(path[...]) else {
            throw Fault(
                "The path \(path.quoted) is not read alike by all servers.",
                mend: "Write it without dot segments, \"\\\" and double encodings, and percent-encode spaces."
            )
        }
    }

    /// Where the URL leads.
    func address(_ validators: Validators) throws(Fault) -> TargetAddress {
        try validators.targetOrigin(scheme, authority)
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
