import HTTPTypes
import Text

/// The status line and the field lines of a response.
///
/// - SeeAlso: RFC 9112 §4.
public struct ResponseHead: Sendable {
    /// The version that the sender has named.
    public var version: HTTPVersion
    /// The status code, 100–999.
    public var status: Int
    /// The reason phrase; may be empty.
    public var reason: String
    /// The field lines.
    public var fields: FieldSection

    /// Makes a head of parts that are trusted to be valid.
    public init(version: HTTPVersion, status: Int, reason: String, fields: FieldSection) {
        self.version = version
        self.status = status
        self.reason = reason
        self.fields = fields
    }

    /// Whether this is an interim response, which another follows.
    ///
    /// - SeeAlso: RFC 9110 §15.2.
    public var isInformational: Bool {
        status < 200
    }

    /// Returns how the end of the body is found.
    ///
    /// Responses to HEAD, 1xx, 204 and 304 have no body whatever they declare; what they declare must be in order all
    /// the same.
    ///
    /// - Parameter method: The method of the request that is answered; not CONNECT, which the proxy does not send.
    /// - Returns: Any framing; `untilClose` where the fields declare none.
    /// - Throws: The rule of RFC 9112 §6 that the fields break.
    /// - SeeAlso: RFC 9112 §6.3.
    public func framing(forRequestMethod method: HTTPRequest.Method) throws(SyntaxError) -> BodyFraming {
        let declared = try BodyFraming(declaredBy: fields, version: version, from: .server)
        if isInformational || status == 204 || status == 304 || method == .head { return .none }
        return declared ?? .untilClose
    }

    /// Whether the server lets the connection stay open after this response, unless its body ends with the connection.
    ///
    /// - SeeAlso: RFC 9112 §9.3.
    public var keepsAlive: Bool {
        fields.keepsAlive(version)
    }

    /// Appends the whole head, the empty line included, as HTTP/1.1: a sender names its own version (RFC 9110 §2.5).
    public func write(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "HTTP/1.1 ".utf8)
        bytes.append(0x30 &+ UInt8(truncatingIfNeeded: status / 100 % 10))
        bytes.append(0x30 &+ UInt8(truncatingIfNeeded: status / 10 % 10))
        bytes.append(0x30 &+ UInt8(truncatingIfNeeded: status % 10))
        bytes.append(.space)
        bytes.append(contentsOf: reason.utf8)
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
        fields.write(to: &bytes)
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
    }
}
