/// What browsers do with the name of a method.
///
/// - SeeAlso: Fetch §2.2.1 (Methods).
enum MethodName {
    private static let normalized: Set<String> = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]
    private static let safelisted: Set<String> = ["GET", "HEAD", "POST"]
    private static let forbidden: Set<String> = ["CONNECT", "TRACE", "TRACK"]

    /// Turns six well-known methods to upper case, and no other.
    static func normalize(_ method: String) -> String {
        let upper = method.uppercased()
        return normalized.contains(upper) ? upper : method
    }

    /// Whether `fetch()` throws.
    static func isForbidden(_ method: String) -> Bool { forbidden.contains(method.uppercased()) }

    /// Whether the method alone needs no preflight.
    static func isSafelisted(_ method: String) -> Bool { safelisted.contains(method) }

    /// The method after a redirect.
    ///
    /// - SeeAlso: Fetch §4.4 (HTTP-redirect fetch), step 12.
    static func afterRedirect(_ status: Int, _ method: String) -> String {
        switch status {
        case 301, 302: method == "POST" ? "GET" : method
        case 303: method == "GET" || method == "HEAD" ? method : "GET"
        default: method
        }
    }
}
