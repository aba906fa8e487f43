import HTTPTypes

extension HTTPResponse.Status {
    private static let known: [HTTPResponse.Status] = [
        .ok, .noContent, .movedPermanently, .badRequest, .unauthorized, .forbidden, .notFound,
        .methodNotAllowed, .requestTimeout, .contentTooLarge, .uriTooLong, .expectationFailed,
        .misdirectedRequest, .tooManyRequests, .requestHeaderFieldsTooLarge, .internalServerError,
        .notImplemented, .badGateway, .serviceUnavailable, .gatewayTimeout, .httpVersionNotSupported,
        HTTPResponse.Status(code: 426, reasonPhrase: "Upgrade Required"),
        HTTPResponse.Status(code: 508, reasonPhrase: "Loop Detected"),
    ]

    /// The status of a code with the reason phrase that the RFCs give it; an empty one where it is unusual.
    ///
    /// - SeeAlso: RFC 9110 §15, RFC 6585, RFC 5842.
    public static func registered(_ code: Int) -> HTTPResponse.Status {
        known.first { $0.code == code } ?? HTTPResponse.Status(code: code)
    }
}
