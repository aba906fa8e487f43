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

    /// Makes an error of a code and two texts fit for the client's eyes.
    public init(_ code: ErrorCode, message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
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
