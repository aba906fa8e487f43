/// The policies that the tests share, as the value of `cors`.
enum Policy {
    static let app = "https://app.example"
    static let stranger = "https://evil.example"
    static let local = "http://localhost:3000"

    /// A list of origins.
    static let list = """
        {"allowedOrigins": ["https://app.example", "https://*.shop.example"],
         "allowedMethods": ["PUT", "DELETE"], "allowedHeaders": ["content-type", "x-a"],
         "exposedHeaders": ["etag"], "maxAge": 600}
        """
    /// The same list with credentials.
    static let credentials = list.replacing("\"maxAge\"", with: "\"allowCredentials\": true, \"maxAge\"")
    /// Any origin.
    static let any = """
        {"allowedOrigins": "*", "allowedMethods": "*", "allowedHeaders": "*", "exposedHeaders": "*"}
        """

    /// A configuration file with one of them.
    static func config(_ policy: String, _ more: String = "") -> String {
        "{\"cors\": \(policy)\(more.isEmpty ? "" : ", \(more)")}"
    }
}

/// The field line of an origin.
func origin(_ origin: String) -> String { "Origin: \(origin)" }
