import HTTPTypes

/// The fields whose value is the same in every policy.
enum PolicyFields {
    static let anyOrigin = HTTPField(name: .accessControlAllowOrigin, value: "*")
    static let allowCredentials = HTTPField(name: .accessControlAllowCredentials, value: "true")
    static let noStore = HTTPField(name: .cacheControl, value: "no-store")
    static let noContent = HTTPField(name: .contentLength, value: "0")
    static let varyByOrigin = HTTPField(name: .vary, value: "Origin")
    static let varyByPreflight = HTTPField(
        name: .vary,
        value: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
    )
    static let allowPrivateNetwork =
        HTTPField.Name("Access-Control-Allow-Private-Network").map { HTTPField(name: $0, value: "true") }
    static let timingAllowOrigin = HTTPField.Name("Timing-Allow-Origin")

    /// `Access-Control-Allow-Origin` with the origin itself, or with `*` where there is none to reflect.
    static func allowOrigin(_ origin: String?) -> HTTPField {
        origin.map { HTTPField(name: .accessControlAllowOrigin, value: $0) } ?? anyOrigin
    }
}
