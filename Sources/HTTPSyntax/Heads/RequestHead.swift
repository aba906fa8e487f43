import HTTPTypes
import Text

/// The request line and the field lines of a request.
///
/// - SeeAlso: RFC 9112 §3.
public struct RequestHead: Sendable {
    /// The method; compared with regard to case.
    public var method: HTTPRequest.Method
    /// The request target as it stands on the wire, in any of its four forms.
    public var target: String
    /// The version that the sender has named.
    public var version: HTTPVersion
    /// The field lines.
    public var fields: FieldSection

    /// Makes a head of parts that are trusted to be valid.
    public init(method: HTTPRequest.Method, target: String, version: HTTPVersion, fields: FieldSection) {
        self.method = method
        self.target = target
        self.version = version
        self.fields = fields
    }

    /// Returns how the end of the body is found.
    ///
    /// - Returns: `none`, `length` or `chunked`; without Content-Length and Transfer-Encoding there is no body.
    /// - Throws: The rule of RFC 9112 §6 that the fields break.
    /// - SeeAlso: RFC 9112 §6.3.
    public func framing() throws(SyntaxError) -> BodyFraming {
        try BodyFraming(declaredBy: fields, version: version, from: .client) ?? .none
    }

    /// Whether the client wants the connection to stay open after the response.
    ///
    /// - SeeAlso: RFC 9112 §9.3.
    public var keepsAlive: Bool {
        fields.keepsAlive(version)
    }

    /// Whether the client waits for a 100 (Continue) before it sends the body.
    ///
    /// False for HTTP/1.0, whose clients do not know interim responses.
    ///
    /// - SeeAlso: RFC 9110 §10.1.1.
    public var expectsContinue: Bool {
        version == .http11 && fields.contains("100-continue", in: .expect)
    }

    /// Appends the whole head, the empty line included, as HTTP/1.1: a sender names its own version (RFC 9110 §2.5).
    public func write(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: method.rawValue.utf8)
        bytes.append(.space)
        bytes.append(contentsOf: target.utf8)
        bytes.append(contentsOf: " HTTP/1.1\r\n".utf8)
        fields.write(to: &bytes)
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
    }

    /// Holds the Host field to RFC 9112 §3.2.
    func validateHost() throws(SyntaxError) {
        guard let line = fields.firstLine(of: .host) else {
            if version == .http11 { throw .missingHost }
            return
        }
        guard fields.count(of: .host) == 1 else { throw .multipleHosts }
        guard HostSyntax.isValid(fields.bytes.span.extracting(line.valueRange)) else { throw .invalidHost }
    }
}

extension FieldSection {
    /// Whether the sender lets the connection stay open after this message.
    ///
    /// - SeeAlso: RFC 9112 §9.3.
    func keepsAlive(_ version: HTTPVersion) -> Bool {
        guard contains(.connection) else { return version == .http11 }
        if contains("close", in: .connection) { return false }
        return version == .http11 || contains("keep-alive", in: .connection)
    }
}
