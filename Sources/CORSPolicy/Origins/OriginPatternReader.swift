import Text

/// Reads the text of an origin pattern, leniently enough to say what should have been written.
struct OriginPatternReader {
    private let text: Substring
    private let parts: OriginText
    /// The text as messages may show it.
    private let shown: String
    private let asciiForm: (String) -> String?
    private var deviations: [String] = []

    /// Makes a reader of one entry of an origin list other than `*` and `null`.
    ///
    /// - Parameters:
    ///   - text: The entry as it was written.
    ///   - asciiForm: Gives the IDNA form of names with letters outside ASCII.
    init(_ text: String, asciiForm: @escaping (String) -> String?) {
        let start = text.unicodeScalars.firstIndex { !$0.properties.isWhitespace } ?? text.endIndex
        let last = text.unicodeScalars.lastIndex { !$0.properties.isWhitespace }
        self.text = text[start..<(last.map { text.unicodeScalars.index(after: $0) } ?? start)]
        parts = OriginText(self.text)
        shown = parts.redacted.quoted
        self.asciiForm = asciiForm
        if self.text.utf8.count != text.utf8.count { deviations.append("white space around it") }
    }

    /// Returns the pattern that the text spells.
    ///
    /// - Throws: A fault with the right spelling where there is one.
    mutating func read() throws(PatternFault) -> OriginPattern {
        guard text.utf8.count <= OriginSyntax.maximumLength else { throw .tooLong(shown) }
        guard !looksLikeRegularExpression else { throw .regularExpression(shown) }
        guard let schemeText = parts.scheme else { throw missingScheme() }
        let scheme = try readScheme(schemeText)
        noteExtraParts()
        let pattern =
            if scheme == "http" || scheme == "https" {
                OriginPattern(
                    scheme: scheme,
                    host: try readHost(scheme: scheme),
                    port: try readPort(scheme: scheme)
                )
            } else {
                try readForeignOrigin(scheme: scheme)
            }
        guard deviations.isEmpty else { throw .spelling(shown, deviations, meant: pattern) }
        return pattern
    }

    private var looksLikeRegularExpression: Bool {
        text.hasPrefix("^") || text.hasPrefix("/") || text.hasSuffix("$") || parts.host.hasPrefix(".*")
            || parts.scheme?.utf8.contains(UInt8(ascii: "?")) == true
            || parts.host.utf8.contains { #"()|\+{}?^$"#.utf8.contains($0) }
    }

    private mutating func readScheme(_ text: Substring) throws(PatternFault) -> String {
        guard !text.utf8.contains(UInt8(ascii: "*")) else { throw .schemeWildcard(shown) }
        let scheme = text.lowercased()
        guard OriginSyntax.isScheme(scheme) else { throw .noHost(shown) }
        if scheme != text { deviations.append("upper-case letters") }
        switch scheme {
        case "file", "data", "blob", "about", "javascript":
            throw .opaque(shown, scheme: scheme)
        case "ws", "wss":
            deviations.append("the scheme \(scheme)")
            return scheme == "ws" ? "http" : "https"
        default:
            return scheme
        }
    }

    private mutating func noteExtraParts() {
        if parts.hasUserInfo { deviations.append("a user name") }
        switch parts.tail.utf8.first {
        case nil: break
        case UInt8(ascii: "?"): deviations.append("a query")
        case UInt8(ascii: "#"): deviations.append("a fragment")
        default: deviations.append(parts.tail.utf8.count == 1 ? "a trailing slash" : "a path")
        }
    }

    private mutating func readHost(scheme: String) throws(PatternFault) -> OriginPattern.Host {
        guard parts.host != "*" else { throw .wholeScheme(shown, scheme: scheme) }
        let isWildcard = parts.host.hasPrefix("*.")
        let name = isWildcard ? parts.host.dropFirst(2) : parts.host
        guard !name.utf8.contains(UInt8(ascii: "*")) else { throw .wildcard(shown) }
        guard let spelling = HostSpelling.read(String(name), asciiForm: asciiForm) else {
            throw .noHost(shown)
        }
        if let deviation = spelling.deviation, !deviations.contains(deviation) {
            deviations.append(deviation)
        }
        guard isWildcard else { return .exact(spelling.text) }
        guard !spelling.isAddress else { throw .subdomainsOfAddress(shown) }
        guard spelling.text.utf8.count <= DomainName.maximumLength - 2 else { throw .noHost(shown) }
        return .subdomains(of: spelling.text)
    }

    private mutating func readPort(scheme: String) throws(PatternFault) -> OriginPattern.Port {
        guard let port = parts.port else { return .implicit }
        guard port != "*" else { return .any }
        guard !port.utf8.contains(UInt8(ascii: "*")) else { throw .wildcard(shown) }
        guard !port.isEmpty else {
            deviations.append("a colon without a port")
            return .implicit
        }
        // UInt16 takes a sign, an origin does not.
        guard port.utf8.allSatisfy(\.isDigit),
            let number = UInt16(port), number > 0
        else { throw .port(shown) }
        if port.utf8.first == UInt8(ascii: "0") { deviations.append("a port with leading zeros") }
        guard number != OriginSyntax.defaultPorts[scheme] else {
            deviations.append("the default port of its scheme")
            return .implicit
        }
        return .number(number)
    }

    /// Reads an origin of an app or an extension: exact, or every host of an extension scheme.
    private mutating func readForeignOrigin(scheme: String) throws(PatternFault) -> OriginPattern {
        if parts.host == "*", parts.port == nil, OriginSyntax.extensionSchemes.contains(scheme) {
            return OriginPattern(scheme: scheme, host: .any, port: .implicit)
        }
        let wildcard = UInt8(ascii: "*")
        guard !parts.host.utf8.contains(wildcard), parts.port?.utf8.contains(wildcard) != true else {
            throw .foreignWildcard(shown, scheme: scheme)
        }
        let host = parts.host.utf8
        guard (1...DomainName.maximumLength).contains(host.count),
            host.allSatisfy(OriginSyntax.isOpaqueHostByte)
        else { throw .noHost(shown) }
        return OriginPattern(
            scheme: scheme,
            host: .exact(String(parts.host)),
            port: try readPort(scheme: scheme)
        )
    }

    // MARK: A scheme left out

    private func missingScheme() -> PatternFault {
        // "https:/app.example" has lost a slash: its first colon introduces no port.
        let lowercased = text.lowercased()
        guard !lowercased.hasPrefix("http:"), !lowercased.hasPrefix("https:"),
            var meant = pattern(completing: "https://")
        else { return .noScheme(shown, meant: nil) }
        if meant.isLoopback { meant = pattern(completing: "http://") ?? meant }
        return .noScheme(shown, meant: meant)
    }

    private func pattern(completing scheme: String) -> OriginPattern? {
        var reader = OriginPatternReader(scheme + text, asciiForm: asciiForm)
        do throws(PatternFault) {
            return try reader.read()
        } catch {
            return error.suggestion
        }
    }
}
