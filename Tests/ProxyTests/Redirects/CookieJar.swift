import TestSupport

/// The cookies of one browser for the proxy's host, kept and sent as RFC 6265 §5 has it.
///
/// The listener is plain http: a cookie that is `Secure`, or `SameSite=None` without it, is not taken.
struct CookieJar {
    private struct Cookie {
        let name: String
        let value: String
        let path: String
    }

    private var cookies: [Cookie] = []

    /// What stands behind the name of a cookie.
    static func attributes(_ field: String) -> [String: String] {
        var attributes: [String: String] = [:]
        for part in field.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            let name = pair.first.map(trimmed) ?? ""
            attributes[name.lowercased()] = pair.count > 1 ? trimmed(pair[1]) : ""
        }
        return attributes
    }

    /// Takes what a response sets, which came for a request-target.
    mutating func take(_ response: RawResponse, for target: String) {
        for field in response.values(of: "Set-Cookie") { take(field, for: target) }
    }

    private mutating func take(_ field: String, for target: String) {
        let attributes = Self.attributes(field)
        guard attributes["secure"] == nil, attributes["domain"] == nil,
            attributes["samesite"]?.lowercased() != "none"
        else { return }
        let pair = field.split(separator: ";")[0].split(
            separator: "=",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let name = Self.trimmed(pair[0])
        var path = attributes["path"] ?? ""
        if !path.hasPrefix("/") { path = Self.defaultPath(target) }
        cookies.removeAll { $0.name == name && $0.path == path }
        let isOver = attributes["max-age"].flatMap { Int($0) }.map { $0 <= 0 } ?? false
        let isPast = attributes["expires"]?.contains("1970") ?? false
        guard !isOver, !isPast, pair.count > 1 else { return }
        cookies.append(Cookie(name: name, value: Self.trimmed(pair[1]), path: path))
    }

    /// The Cookie field line for a request-target; none where there is no cookie.
    func fields(for target: String) -> [String] {
        let path = target.prefix { $0 != "?" }
        let matching = cookies.filter { cookie in
            path == cookie.path
                || path.hasPrefix(cookie.path)
                    && (cookie.path.hasSuffix("/") || path.dropFirst(cookie.path.count).first == "/")
        }
        let pairs = matching.map { "\($0.name)=\($0.value)" }
        return pairs.isEmpty ? [] : ["Cookie: \(pairs.joined(separator: "; "))"]
    }

    var isEmpty: Bool { cookies.isEmpty }

    private static func defaultPath(_ target: String) -> String {
        let path = target.prefix { $0 != "?" }
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
