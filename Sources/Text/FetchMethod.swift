/// What browsers make of the names of methods.
///
/// - SeeAlso: Fetch §2.2.1 (Methods).
public enum FetchMethod {
    /// The methods that no browser lets a script use, and no policy here allows; RFC 9110 makes them dangerous.
    public static let forbidden = ["CONNECT", "TRACE", "TRACK"]
    /// The methods that scripts never have to ask for.
    public static let safelisted = ["GET", "HEAD", "POST"]
    /// The methods that browsers turn to upper case.
    private static let normalized: Set<String> = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]

    /// Whether `fetch()` throws: the name is that of a forbidden method, in upper or lower case.
    public static func isForbidden(_ method: String) -> Bool {
        // The lengths of the three names spare every other method the copy in upper case.
        (method.utf8.count == 5 || method.utf8.count == 7) && forbidden.contains(method.uppercased())
    }

    /// Turns six well-known methods to upper case, and no other.
    public static func normalized(_ method: String) -> String {
        let upper = method.uppercased()
        return normalized.contains(upper) ? upper : method
    }

    /// Whether the method alone needs no preflight.
    public static func isSafelisted(_ method: String) -> Bool { safelisted.contains(method) }

    /// The method after a redirect of some status.
    ///
    /// - SeeAlso: Fetch §4.4 (HTTP-redirect fetch), step 12.
    public static func afterRedirect(_ status: Int, _ method: String) -> String {
        switch status {
        case 301, 302: method == "POST" ? "GET" : method
        case 303: method == "GET" || method == "HEAD" ? method : "GET"
        default: method
        }
    }
}
