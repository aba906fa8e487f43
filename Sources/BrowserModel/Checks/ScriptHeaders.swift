import Text

/// What browsers do with the headers that a script sets.
enum ScriptHeaders {
    private static let forbidden: Set<String> = [
        "accept-charset", "accept-encoding", "access-control-request-headers",
        "access-control-request-method", "access-control-request-private-network", "connection",
        "content-length", "cookie", "cookie2", "date", "dnt", "expect", "host", "keep-alive", "origin",
        "referer", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "via",
    ]
    private static let overrides: Set<String> = [
        "x-http-method", "x-http-method-override", "x-method-override",
    ]

    /// Whether a header is dropped without a word.
    ///
    /// - SeeAlso: Fetch §2.2.2 (forbidden request-header).
    static func isForbidden(_ header: HeaderLine) -> Bool {
        let name = header.name.lowercased()
        if forbidden.contains(name) || name.hasPrefix("proxy-") || name.hasPrefix("sec-") { return true }
        guard overrides.contains(name) else { return false }
        return header.value.split(separator: ",").contains {
            FetchMethod.isForbidden(String(OptionalWhitespace.trimmed($0)))
        }
    }

    /// Why a preflight has to ask for headers, by lower-case name in order.
    ///
    /// - SeeAlso: Fetch §2.2.2 (CORS-unsafe request-header names).
    static func unsafeNames(of headers: [HeaderLine]) -> [(name: String, reason: String)] {
        var reasons: [String: String] = [:]
        var safelistedBytes = 0
        let joined = joined(headers)
        for header in joined {
            if let fault = HeaderSafelist.fault(of: header) {
                reasons[header.name] = fault
            } else {
                safelistedBytes += header.value.utf8.count
            }
        }
        if safelistedBytes > HeaderSafelist.maximumTotalBytes {
            for header in joined where reasons[header.name] == nil {
                reasons[header.name] =
                    "the safelisted values take \(safelistedBytes) bytes in sum, more than 1,024"
            }
        }
        return reasons.sorted { $0.key < $1.key }.map { (name: $0.key, reason: $0.value) }
    }

    /// The headers as one line each, names in lower case: what a script sets twice is joined before it is judged.
    private static func joined(_ headers: [HeaderLine]) -> [HeaderLine] {
        var names: [String] = []
        for header in headers where !names.contains(header.name.lowercased()) {
            names.append(header.name.lowercased())
        }
        return names.map { HeaderLine($0, headers.value(of: $0) ?? "") }
    }
}
