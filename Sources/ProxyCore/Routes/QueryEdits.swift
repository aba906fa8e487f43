import HTTPSyntax
import Text

/// Parameters that the configuration sets in a target's query.
public struct QueryEdits: Sendable {
    private let names: [[UInt8]]
    private let encoded: String

    /// Makes edits of names and values that are not encoded yet; nil where there are none.
    public init?(_ parameters: [(name: String, value: String)]) {
        guard !parameters.isEmpty else { return nil }
        names = parameters.map { Array($0.name.utf8) }
        encoded = parameters.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }.joined(separator: "&")
    }

    /// The URL with all parameters of these names replaced, those that are set at its end.
    public func apply(to url: TargetURL) -> TargetURL {
        let bare = remove(from: url)
        let separator =
            bare.pathAndQuery.utf8.contains(UInt8(ascii: "?"))
            ? (bare.pathAndQuery.utf8.last == UInt8(ascii: "?") ? "" : "&") : "?"
        return bare.with(pathAndQuery: bare.pathAndQuery + separator + encoded)
    }

    /// The URL without parameters of these names, fit to be shown.
    public func remove(from url: TargetURL) -> TargetURL {
        guard let question = url.pathAndQuery.utf8.firstIndex(of: UInt8(ascii: "?")) else { return url }
        let query = url.pathAndQuery.utf8[question...].dropFirst()
        let parameters = query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        let kept = parameters.filter { !isSet($0) }
        guard kept.count < parameters.count else { return url }
        let path = url.pathAndQuery[..<question]
        guard !kept.isEmpty else { return url.with(pathAndQuery: String(path)) }
        let rest = kept.map { String(Substring($0)) }.joined(separator: "&")
        return url.with(pathAndQuery: "\(path)?\(rest)")
    }

    private func isSet(_ parameter: Substring.UTF8View) -> Bool {
        let name = Self.decode(parameter.prefix { $0 != UInt8(ascii: "=") })
        return names.contains(name)
    }

    /// What servers read: `%hh` decoded, `+` as a space.
    private static func decode(_ text: Substring.UTF8View) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap(\.hexadecimalValue)
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(digits[0] << 4 | digits[1])
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return bytes
    }

    /// RFC 3986 §2.1: everything but unreserved characters is percent-encoded.
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte.isUnreservedOctet {
                bytes.append(byte)
            } else {
                bytes.appendPercentEncoded(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension TargetURL {
    func with(pathAndQuery: String) -> TargetURL {
        TargetURL(origin: origin, pathAndQuery: pathAndQuery, fragment: fragment, showsPort: showsPort)
    }
}
