import HTTPSyntax
import Text

/// Puts the name of a target into the realm of its Basic challenges.
///
/// To the browser all targets of the prefix form are one origin, and it sends user name and password to whichever of
/// them asks with a realm that it knows. Challenges of other schemes are left byte for byte as they are.
///
/// - SeeAlso: RFC 9110 §11.6.1; RFC 7617 §2.
struct BasicChallenge {
    private let bytes: ArraySlice<UInt8>
    private let target: String
    private var output: [UInt8] = []
    /// The parameters of the Basic challenge that is being read, but for its realm; nil within any other.
    private var parameters: [ArraySlice<UInt8>]?
    private var realm: [UInt8] = []
    private var hasBasic = false
    /// Whether quotes stand where none are due, so that browsers may part the list in other ways.
    private var isMalformed = false

    /// What becomes of a line of WWW-Authenticate, so that its realms are this target's alone; nil where it stays.
    ///
    /// A line that cannot be read for sure is dropped, since some browser may find a Basic challenge in it.
    ///
    /// - Parameters:
    ///   - bytes: The line's value.
    ///   - target: Has neither quotes nor backslashes.
    static func edit(_ bytes: ArraySlice<UInt8>, for target: String) -> LineEdit? {
        var challenge = BasicChallenge(bytes: bytes, target: target)
        return challenge.rewrite()
    }

    private init(bytes: ArraySlice<UInt8>, target: String) {
        self.bytes = bytes
        self.target = target
    }

    private mutating func rewrite() -> LineEdit? {
        var start = bytes.startIndex
        while start <= bytes.endIndex {
            let end = endOfElement(from: start)
            take(bytes[start..<end])
            start = end + 1
        }
        endBasic()
        if isMalformed, String(decoding: bytes, as: UTF8.self).lowercased().contains("basic") { return .drop }
        return hasBasic ? .set(output) : nil
    }

    private mutating func take(_ element: ArraySlice<UInt8>) {
        let text = OptionalWhitespace.trimmed(element)
        let token = text.prefix { $0.isTokenOctet }
        let rest = OptionalWhitespace.trimmed(text.dropFirst(token.count))
        // `name = value` is a parameter of the challenge before it, all else that starts with a token a new one.
        if token.isEmpty || rest.first == UInt8(ascii: "=") {
            if parameters == nil { append(element) } else { takeParameter(text) }
        } else if String(decoding: token, as: UTF8.self).lowercased() == "basic" {
            endBasic()
            hasBasic = true
            parameters = []
            takeParameter(rest)
        } else {
            endBasic()
            append(element)
        }
    }

    private mutating func takeParameter(_ text: ArraySlice<UInt8>) {
        let name = text.prefix { $0.isTokenOctet }
        let rest = OptionalWhitespace.trimmed(text.dropFirst(name.count))
        guard !name.isEmpty, rest.first == UInt8(ascii: "=") else { return }
        if String(decoding: name, as: UTF8.self).lowercased() == "realm" {
            // Browsers differ in which of two realms they take: here the last one is the only one.
            realm = Self.unquoted(OptionalWhitespace.trimmed(rest.dropFirst()))
        } else {
            parameters?.append(text)
        }
    }

    /// Writes the Basic challenge that has been read, if it was one.
    private mutating func endBasic() {
        guard let parameters else { return }
        var text = Array("Basic realm=\"\(target)".utf8)
        if !realm.isEmpty { text.append(UInt8(ascii: " ")) }
        for byte in realm {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
        for parameter in parameters { text += Array(", ".utf8) + parameter }
        append((output.isEmpty ? text : Array(" ".utf8) + text)[...])
        self.parameters = nil
        realm = []
    }

    private mutating func append(_ element: ArraySlice<UInt8>) {
        if !output.isEmpty { output.append(UInt8(ascii: ",")) }
        output += element
    }

    // MARK: Syntax

    /// The next comma outside quotes, or the end.
    private mutating func endOfElement(from start: Int) -> Int {
        var index = start
        var isQuoted = false
        // The last byte that is no white space: a quoted string follows `=` alone.
        var last = UInt8(ascii: ",")
        while index < bytes.endIndex {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                if !isQuoted, last != UInt8(ascii: "=") { isMalformed = true }
                isQuoted.toggle()
            case UInt8(ascii: "\\") where isQuoted: index += 1
            case UInt8(ascii: ",") where !isQuoted: return index
            default: break
            }
            if !byte.isWhitespace { last = byte }
            index += 1
        }
        if isQuoted { isMalformed = true }
        return bytes.endIndex
    }

    /// What a token or a quoted string says.
    private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.first == UInt8(ascii: "\"") else { return Array(text) }
        var result: [UInt8] = []
        var rest = text.dropFirst()
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            if byte != UInt8(ascii: "\\") {
                result.append(byte)
            } else if let next = rest.popFirst() {
                result.append(next)
            }
        }
        return result
    }
}
