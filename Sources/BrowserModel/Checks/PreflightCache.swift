import Text

/// How long browsers keep the answer to a preflight.
///
/// - SeeAlso: Fetch §4.9 (CORS-preflight cache).
enum PreflightCache {
    /// A browser and the longest time that it keeps an answer, in seconds.
    private static let browsers = [("Chromium", 7_200), ("Firefox", 86_400), ("Safari", 600)]

    /// Says it in one line.
    static func text(_ answer: WireAnswer) -> String {
        guard let value = answer.value(of: "Access-Control-Max-Age") else {
            return "5 s: there is no Access-Control-Max-Age"
        }
        guard let seconds = seconds(value) else {
            return
                "5 s in Chromium and Safari, not at all in Firefox: Access-Control-Max-Age \"\(value)\" is no "
                + "number"
        }
        guard seconds > 0 else { return "not at all: Access-Control-Max-Age is \(value)" }
        let times = browsers.map { name, maximum in "\(name) \(min(seconds, maximum)) s" }
        return times.joined(separator: ", ")
    }

    private static func seconds(_ value: String) -> Int? {
        let digits = value.hasPrefix("-") ? value.dropFirst() : value[...]
        let areDigits = digits.utf8.allSatisfy { $0.isDigit }
        guard !digits.isEmpty, areDigits else { return nil }
        return Int(value) ?? .max
    }
}
