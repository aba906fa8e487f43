/// The check that every answer to a cross-origin request has to pass.
///
/// - SeeAlso: Fetch §4.10 (CORS check).
struct CORSCheck {
    private let origin: String
    private let credentials: PageRequest.Credentials

    /// - Parameter origin: The Origin that was sent.
    init(origin: String, credentials: PageRequest.Credentials) {
        self.origin = origin
        self.credentials = credentials
    }

    /// Whether the page asks for its cookies and the like to go along.
    var isCredentialed: Bool { credentials == .include }

    /// What is wrong with an answer, by Chromium's name and with the value that is to blame; nil where it passes.
    func fault(of answer: WireAnswer) -> (error: CORSError, parameter: String)? {
        guard let allowed = answer.value(of: "Access-Control-Allow-Origin") else {
            return (.missingAllowOriginHeader, "")
        }
        if allowed == "*" {
            return isCredentialed ? (.wildcardOriginNotAllowed, "") : nil
        }
        guard allowed == origin else { return (Self.mismatch(allowed), allowed) }
        guard isCredentialed else { return nil }
        // Compared by bytes: "TRUE" is not "true".
        let allowsCredentials = answer.value(of: "Access-Control-Allow-Credentials")
        return allowsCredentials == "true" ? nil : (.invalidAllowCredentials, allowsCredentials ?? "")
    }

    private static func mismatch(_ value: String) -> CORSError {
        if value.contains(where: { $0 == " " || $0 == "," }) { return .multipleAllowOriginValues }
        return value == "null" || looksLikeURL(value) ? .allowOriginMismatch : .invalidAllowOriginValue
    }

    /// Whether Chromium would take a value for a URL; it words its message by that.
    private static func looksLikeURL(_ value: String) -> Bool {
        guard let colon = value.firstIndex(of: ":") else { return false }
        let scheme = value[..<colon].lowercased()
        guard let first = scheme.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first),
            scheme.allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) })
        else { return false }
        guard scheme == "http" || scheme == "https" else { return true }
        let rest = value[value.index(after: colon)...].drop { $0 == "/" }
        return isAuthority(rest.prefix { !"/?#".contains($0) })
    }

    private static func isAuthority(_ text: Substring) -> Bool {
        let host = text.prefix { $0 != ":" }
        let port = text.dropFirst(host.count).dropFirst()
        // An address in brackets has colons of its own; here it need not be judged any closer.
        if text.first == "[" { return text.contains("]") }
        return !host.isEmpty && host.allSatisfy { $0.isASCII && !"\"<>[]\\^`{|}".contains($0) }
            && (port.isEmpty || UInt16(port) != nil)
    }
}
