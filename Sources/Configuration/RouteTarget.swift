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
        guard !Self.isAmbiguous(path) else {
            throw Fault(
                "The path \(path.quoted) is not read alike by all servers.",
                mend: "Write it without dot segments, \"\\\", spaces and encoded signs."
            )
        }
    }

    /// Where the URL leads.
    func address(_ validators: Validators) throws(Fault) -> TargetAddress {
        try validators.targetOrigin(scheme, authority)
    }

    private static func isAmbiguous(_ path: String) -> Bool {
        let lowercased = path.lowercased()
        return !path.hasPrefix("/") || !path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x5C }
            || ["%2e", "%2f", "%5c", "%25"].contains { lowercased.contains($0) }
            || lowercased.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
                .contains { !$0.startsWithHex }
            || path.split(separator: "/").contains { segment in
                // Some servers take what follows a semicolon off first.
                [".", ".."].contains(segment.prefix { $0 != ";" })
            }
    }
}

extension Substring {
    /// Whether the text goes on with two digits of a percent-encoding, in lower case.
    fileprivate var startsWithHex: Bool {
        let digits = utf8.prefix(2)
        return digits.count == 2
            && digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
