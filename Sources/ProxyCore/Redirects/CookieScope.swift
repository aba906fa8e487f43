import HTTPSyntax
import Text

/// Where the cookies of one target live on the proxy, and how they are mended so that browsers keep them there.
///
/// - SeeAlso: RFC 6265 §5.2 and §5.3; RFC 6265bis §4.1.3 (name prefixes).
public struct CookieScope: Sendable {
    /// The origin of the upstream.
    private let origin: TargetOrigin
    /// The path of the upstream that `path` stands for, without a slash at its end.
    private let targetPath: String
    /// The path on the proxy, without a slash at its end.
    private let path: String
    /// What stands before the names of cookies where the browser keeps those of others too.
    ///
    /// Cookies know no ports, and a path lies below another: without it a target would get what was set by the
    /// development server on the next port, or by a route around its own.
    private let tag: String?
    /// Whether the browser speaks https.
    private let isSecure: Bool

    private static let tagStart = "cw-"

    /// Makes a scope.
    ///
    /// - Parameters:
    ///   - targetPath: The path of the upstream that `path` stands for, without a slash at its end.
    ///   - path: As the browser sees it, without a slash at its end.
    ///   - isShared: Whether the host stands for others too.
    ///   - isSecure: Whether the browser speaks https.
    ///   - hidesTarget: Whether nothing may be made of the target's URL: it holds a secret, which could be guessed
    ///     and tried.
    public init(
        origin: TargetOrigin,
        targetPath: String,
        path: String,
        isShared: Bool,
        isSecure: Bool,
        hidesTarget: Bool = false
    ) {
        self.origin = origin
        self.targetPath = targetPath
        self.path = path
        self.isSecure = isSecure
        // FNV-1a: stable over restarts and reloads, as browsers keep cookies.
        let text = hidesTarget ? path : "\(origin.serialized)\(targetPath)"
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        tag = isShared ? "\(Self.tagStart)\(String(hash, radix: 36))-" : nil
    }

    /// The value of Cookie that goes to the target, nil where none does.
    ///
    /// Of cookies that carry a target's tag only this target's are sent, and where the scope is shared no others.
    public func cookie(from values: [String]) -> String? {
        var kept: [Substring] = []
        for value in values {
            for piece in value.split(separator: ";") {
                let pair = OptionalWhitespace.trimmed(piece)
                if let tag {
                    if pair.hasPrefix(tag) { kept.append(pair.dropFirst(tag.count)) }
                } else if !pair.isEmpty, !pair.hasPrefix(Self.tagStart) {
                    kept.append(pair)
                }
            }
        }
        return kept.isEmpty ? nil : kept.joined(separator: "; ")
    }

    /// The value of Set-Cookie for the browser, nil where the cookie cannot be kept safe.
    ///
    /// - Parameter requestPath: The path that was asked of the target.
    public func setCookie(from value: String, requestPath: Substring) -> String? {
        var pieces = value.split(separator: ";", omittingEmptySubsequences: false)
            .map(OptionalWhitespace.trimmed)[...]
        guard let pair = pieces.popFirst(), let equals = pair.firstIndex(of: "="),
            !OptionalWhitespace.trimmed(pair[..<equals]).isEmpty,
            value.utf8.allSatisfy(\.isPrintableOctet)
        else { return nil }
        let name = OptionalWhitespace.trimmed(pair[..<equals]).lowercased()
        guard !name.hasPrefix(Self.tagStart) else { return nil }
        var attributes = Attributes(pieces)
        if let domain = attributes.domain, !covers(domain) { return nil }
        guard let path = map(attributes.path ?? Self.defaultPath(requestPath)) else { return nil }
        if name.hasPrefix("__host-") || name.hasPrefix("__http-") {
            guard isSecure, attributes.isSecure, attributes.domain == nil, path == "/", tag == nil else {
                return nil
            }
        } else if name.hasPrefix("__secure-") {
            guard isSecure, attributes.isSecure, tag == nil else { return nil }
        }
        attributes.mend(isSecure: isSecure)
        return (["\(tag ?? "")\(pair)", "Path=\(path)"] + attributes.kept).joined(separator: "; ")
    }

    private func covers(_ domain: String) -> Bool {
        origin.host == domain || origin.host.hasSuffix(".\(domain)") && !origin.host.hasPrefix("[")
    }

    /// Where a path of the target lies on the proxy; nil where nothing of the proxy reaches it.
    private func map(_ cookiePath: String) -> String? {
        let trimmed = cookiePath.hasSuffix("/") ? cookiePath.dropLast() : cookiePath[...]
        if Route.rest(of: targetPath[...], below: trimmed.utf8) != nil { return path.isEmpty ? "/" : path }
        return Route.rest(of: cookiePath[...], below: targetPath.utf8).map { path + $0 }
    }

    /// RFC 6265 §5.1.4.
    private static func defaultPath(_ requestPath: Substring) -> String {
        guard let slash = requestPath.lastIndex(of: "/"), slash > requestPath.startIndex else { return "/" }
        return String(requestPath[..<slash])
    }
}

extension CookieScope {
    /// The attributes of a cookie; of those that stand twice the last one holds.
    private struct Attributes {
        private(set) var kept: [String] = []
        private(set) var domain: String?
        private(set) var path: String?
        private(set) var isSecure = false
        private var isPartitioned = false
        private var sameSite: String?

        init(_ pieces: ArraySlice<Substring>) {
            for piece in pieces where !piece.isEmpty {
                let parts = piece.split(separator: "=", maxSplits: 1)
                let value = parts.count > 1 ? String(OptionalWhitespace.trimmed(parts[1])) : ""
                switch parts.first.map(OptionalWhitespace.trimmed)?.lowercased() {
                case "domain":
                    let name = value.hasPrefix(".") ? String(value.dropFirst()) : value
                    domain = name.isEmpty ? nil : name.lowercased()
                case "path": path = value.hasPrefix("/") ? value : nil
                case "secure": isSecure = true
                case "samesite": sameSite = value
                case "partitioned": isPartitioned = true
                default: kept.append(String(piece))
                }
            }
        }

        /// SameSite=None and Partitioned need Secure, and Secure needs https.
        mutating func mend(isSecure isListenerSecure: Bool) {
            let isNone = sameSite?.lowercased() == "none"
            if isListenerSecure {
                if isSecure || isNone || isPartitioned { kept.append("Secure") }
                if isPartitioned { kept.append("Partitioned") }
            }
            if let sameSite {
                kept.append(isNone && !isListenerSecure ? "SameSite=Lax" : "SameSite=\(sameSite)")
            }
        }
    }
}
