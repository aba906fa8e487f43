import Text

/// The headers that a script may send to another origin without asking first, and the values they may have.
///
/// - SeeAlso: Fetch §2.2.2 (CORS-safelisted request-header).
enum HeaderSafelist {
    static let maximumTotalBytes = 1_024
    private static let maximumValueBytes = 128
    private static let essences: Set<String> = [
        "application/x-www-form-urlencoded", "multipart/form-data", "text/plain",
    ]
    /// Client hints, and the name of the browser, which Chromium never lets a script change: these pass in Chromium
    /// alone.
    static let chromiumOnly: Set<String> = [
        "device-memory", "downlink", "dpr", "ect", "rtt", "save-data", "user-agent", "viewport-width",
        "width",
    ]

    /// Why a header is not safelisted; nil where it is.
    ///
    /// - Parameter header: With a name in lower case.
    static func fault(of header: HeaderLine) -> String? {
        let value = header.value
        let fault: String?
        switch header.name {
        case "accept":
            fault = hasUnsafeByte(value) ? "its value has a byte that is unsafe" : nil
        case "accept-language", "content-language":
            fault =
                value.utf8.allSatisfy(isLanguageByte)
                ? nil : "its value has a byte that no list of languages has"
        case "content-type":
            fault = contentTypeFault(value)
        case "range":
            fault = isSingleRange(value) ? nil : "its value is no single range such as bytes=0-99"
        case _ where chromiumOnly.contains(header.name):
            fault = passesInChromium(header) ? nil : "its value is none that Chromium sends"
        default:
            return "it is not safelisted"
        }
        guard fault == nil, value.utf8.count > maximumValueBytes else { return fault }
        return "its value takes \(value.utf8.count) bytes, more than 128"
    }

    private static func contentTypeFault(_ value: String) -> String? {
        if hasUnsafeByte(value) { return "its value has a byte that is unsafe" }
        let essence = OptionalWhitespace.trimmed(value.prefix { $0 != ";" }).lowercased()
        return essences.contains(essence)
            ? nil : "\"\(essence)\" is none of the three types that a form can send"
    }

    /// - SeeAlso: Fetch §2.2.2 (CORS-unsafe request-header byte).
    private static func hasUnsafeByte(_ value: String) -> Bool {
        value.utf8.contains { byte in
            !byte.isFieldOctet || #""():<>?@[\]{}"#.utf8.contains(byte)
        }
    }

    private static func isLanguageByte(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || " *,-.;=".utf8.contains(byte)
    }

    /// Whether a value is `bytes=N-` or `bytes=N-M`, with N not above M.
    ///
    /// - SeeAlso: Fetch §2.2.2 (parse a single range header value).
    private static func isSingleRange(_ value: String) -> Bool {
        guard value.hasPrefix("bytes=") else { return false }
        let bounds = value.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let first = number(bounds[0]) else { return false }
        return bounds[1].isEmpty || number(bounds[1]).map { first <= $0 } ?? false
    }

    private static func passesInChromium(_ header: HeaderLine) -> Bool {
        switch header.name {
        case "user-agent": true
        case "save-data": header.value.lowercased() == "on"
        case "ect": ["slow-2g", "2g", "3g", "4g"].contains(header.value)
        default: Double(header.value) != nil
        }
    }

    /// Digits only: `Int` alone would take a sign.
    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { $0.isDigit } ? Int(text) : nil
    }
}
