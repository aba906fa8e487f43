import HTTPSyntax
import Text

/// URLs that stand where the prefix form has none, but where other proxies look for them.
enum MisspelledTarget {
    /// Parameters by which other proxies are given the target.
    private static let parameters = ["url", "uri", "target", "quest"]
    /// More than a hint needs.
    private static let maximumShownBytes = 200

    /// The error for a query that is a target, `?https://h/x` or `?url=https%3A%2F%2Fh`; nil where it is none.
    static func inQuery(_ query: Substring) -> ProxyError? {
        var value = query
        if let equals = query.firstIndex(of: "="), parameters.contains(query[..<equals].lowercased()) {
            value = query[query.index(after: equals)...].prefix { $0 != "&" }
        }
        return shown(value).map { url in
            ProxyError(
                .targetInvalid,
                message: "The target stands in the query.",
                hint: "Write it right behind the proxy's address and one slash: /\(url)"
            )
        }
    }

    /// The error for a target whose scheme is percent-encoded, `https%3A%2F%2Fh/x`; nil where it is none.
    static func encoded(_ text: Substring) -> ProxyError? {
        shown(text).map { url in
            ProxyError(
                .targetInvalid,
                message: "The target is percent-encoded.",
                hint: "Write it as it is, in JavaScript without encodeURIComponent: /\(url)"
            )
        }
    }

    /// The path of a request-target, fit to be shown; its query is not.
    static func shownPath(_ pathAndQuery: Substring) -> String {
        let path = pathAndQuery.utf8.prefix { $0 != UInt8(ascii: "?") }
        guard path.count <= maximumShownBytes else { return "/…" }
        return String(Substring(path))
    }

    /// The URL of http or https that a text is, decoded, without what must not be repeated; nil where it is none.
    private static func shown(_ text: Substring) -> String? {
        guard let url = PercentEncoding.decoded(text.utf8.span),
            ["http://", "https://"].contains(where: { url.lowercased().hasPrefix($0) }),
            url.utf8.allSatisfy({ $0.isVisibleOctet }),
            let reference = target(of: url[...].prefix { $0 != "#" })
        else { return nil }
        let path = shownPath(reference.pathAndQuery[...])
        let ending = reference.pathAndQuery.utf8.contains(UInt8(ascii: "?")) ? "?…" : ""
        return "\(reference.scheme.rawValue)://\(reference.authority)\(path)\(ending)"
    }

    /// The target that a text in the prefix form names, whatever its host; nil where it is none.
    static func target(of text: Substring) -> TargetReference? {
        do throws(ProxyError) {
            guard case .target(let reference) = try PrefixTarget.parse(text, hasPublicSuffix: { _ in true })
            else { return nil }
            return reference
        } catch {
            return nil
        }
    }
}
