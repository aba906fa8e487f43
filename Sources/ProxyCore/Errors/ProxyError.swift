import HTTPSyntax

/// An error that the proxy answers with itself.
///
/// Both texts reach the client: never the system's text, an internal address, a credential or a query string.
public struct ProxyError: Error, Sendable, Hashable {
    /// The stable name, which also decides the status.
    public let code: ErrorCode
    /// What happened, as one sentence.
    public let message: String
    /// What to do about it, as one sentence or two.
    public let hint: String

    /// The rule of HTTP that a message breaks, where that is the reason; for the metrics.
    public private(set) var rule: SyntaxError?

    /// Fields of the answer that tell more than its body; pages may read them.
    public private(set) var fields: [Field] = []

    /// One field of the answer.
    public struct Field: Sendable, Hashable {
        /// A token.
        public let name: String
        /// A valid value.
        public let value: String
    }

    /// Makes an error of a code and two texts fit for the client's eyes.
    public init(_ code: ErrorCode, message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The same error with fields of its own in the answer.
    func with(_ fields: KeyValuePairs<String, String>) -> ProxyError {
        var error = self
        error.fields = fields.map { Field(name: $0.key, value: $0.value) }
        return error
    }

    /// The same error with another hint.
    func hinting(_ hint: String) -> ProxyError {
        var error = ProxyError(code, message: message, hint: hint)
        error.fields = fields
        return error
    }

    /// The same error with the rule that is its reason.
    func breaking(_ rule: SyntaxError?) -> ProxyError {
        var error = self
        error.rule = rule
        return error
    }

    /// The same error without its words, which may name a target that is not to be shown.
    public var withoutTarget: ProxyError {
        var error = ProxyError(
            code,
            message: "The route's target could not be asked.",
            hint: "Look for the request's id in the proxy's log."
        )
        error.fields = fields
        error.rule = rule
        return error
    }

    /// Writes the response body: one line of JSON with a line feed at its end.
    ///
    /// - Parameters:
    ///   - requestID: The id under which the log has the request.
    ///   - bytes: Where the body is appended.
    public func writeBody(requestID: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"error":{"code":"#.utf8)
        JSONString.write(code.rawValue, to: &bytes)
        bytes.append(contentsOf: #","message":"#.utf8)
        JSONString.write(message, to: &bytes)
        bytes.append(contentsOf: #","hint":"#.utf8)
        JSONString.write(hint, to: &bytes)
        bytes.append(contentsOf: #","requestId":"#.utf8)
        JSONString.write(requestID, to: &bytes)
        bytes.append(contentsOf: "}}\n".utf8)
    }
}
