import HTTPSyntax
import HTTPTypes

/// What a forward proxy wants to see of a request to an http target: the whole URL (RFC 9112 §3.2.2).
public struct AbsoluteForm: Sendable {
    /// The value of Proxy-Authorization, where the proxy asks for one.
    public let authorization: String?

    /// Makes the form.
    public init(authorization: String?) {
        self.authorization = authorization
    }
}

/// What is sent to an upstream for one hop of a request, before any body byte.
public struct UpstreamRequest: Sendable {
    /// The method, which a redirect may have changed.
    public var method: HTTPRequest.Method
    /// Where it goes.
    public var target: TargetURL
    /// The client's fields without those that concern only its connection to the proxy.
    public var fields: FieldSection
    /// How long the body is.
    public var length: BodyLength

    /// The folded names of the client's fields that have unusual ones; mostly none.
    public let unusualNames: Set<[UInt8]>

    /// What the proxy writes, or takes out, and no other spelling of a name may stand for.
    private static let forwardedNames: Set<[UInt8]> = Set(
        [
            KnownField.xForwardedFor, .xForwardedHost, .xForwardedPort, .xForwardedPrefix, .xForwardedProto,
            .xRealIP, .xProxyKey, .xRequestId, .transferEncoding, .contentLength, .proxyAuthorization,
            .proxyConnection,
        ].map { FieldSection.folded($0.name.utf8) }
    )

    /// Takes over what is forwarded of a client's request, without its cookies.
    ///
    /// - Parameters:
    ///   - client: Who asks; its id is what X-Request-Id says, whatever the client's said.
    ///   - pseudonym: This process's name in Via, by which it knows its own requests again.
    ///   - adds: Whether the X-Forwarded fields are wanted.
    public init(
        _ head: consuming RequestHead,
        length: BodyLength,
        target: TargetURL,
        from client: ClientRequest,
        pseudonym: String,
        addsForwarded adds: Bool
    ) {
        method = head.method
        self.target = target
        self.length = length
        let isOldClient = head.version == .http10
        let addresses = client.isTrusted ? head.fields.strings(of: .xForwardedFor) : []
        // The client's own head is needed no more: its fields are taken over without a copy.
        fields = (consume head).fields
        fields.removeHopByHopFields()
        let isStranger = !client.isTrusted
        fields.removeAll { field in
            switch field {
            case .host, .contentLength, .expect, .xProxyKey, .xRequestId, .cookie, .cookie2:
                true
            case .forwarded, .xForwardedHost, .xForwardedPort, .xForwardedProto, .xForwardedPrefix, .xRealIP:
                isStranger
            case .xForwardedFor:
                isStranger || adds
            default:
                false
            }
        }
        unusualNames = fields.unusualNames
        if !unusualNames.isEmpty {
            for name in unusualNames where Self.forwardedNames.contains(name) {
                fields.removeAll(foldingToUnusual: name)
            }
        }
        if adds {
            appendForwarded(client, behind: addresses)
        }
        fields.append(.via) { bytes in
            bytes.append(contentsOf: (isOldClient ? "1.0 " : "1.1 ").utf8)
            bytes.append(contentsOf: pseudonym.utf8)
        }
        fields.append(.xRequestId) { client.id.write(to: &$0) }
    }

    private mutating func appendForwarded(_ client: ClientRequest, behind addresses: [String]) {
        let isFirst = addresses.isEmpty
        fields.append(
            .xForwardedFor,
            isFirst ? client.peerText : (addresses + [client.peerText]).joined(separator: ", ")
        )
        if !fields.contains(.xForwardedProto) { fields.append(.xForwardedProto, client.scheme) }
        if !fields.contains(.xForwardedHost), let host = client.authority {
            fields.append(.xForwardedHost, host)
        }
        if !fields.contains(.xForwardedPort) { fields.append(.xForwardedPort, String(client.listener.port)) }
    }

    /// Writes the head as it goes over the wire.
    ///
    /// - Parameter absoluteForm: Given where a forward proxy gets it.
    public func write(to bytes: inout [UInt8], absoluteForm: AbsoluteForm? = nil) {
        bytes.append(contentsOf: method.rawValue.utf8)
        bytes.append(UInt8(ascii: " "))
        if absoluteForm != nil {
            bytes.append(contentsOf: target.origin.serialized.utf8)
        }
        bytes.append(contentsOf: target.pathAndQuery.utf8)
        bytes.append(contentsOf: " HTTP/1.1\r\nHost: ".utf8)
        bytes.append(contentsOf: target.origin.authority.utf8)
        bytes.append(contentsOf: "\r\n".utf8)
        fields.write(to: &bytes)
        switch length {
        case .known(let count):
            bytes.append(contentsOf: "Content-Length: \(count)\r\n".utf8)
        case .unknown:
            bytes.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
        case .none:
            // Without a body these methods still say so: some servers insist (RFC 9110 §8.6).
            if method == .post || method == .put || method == .patch {
                bytes.append(contentsOf: "Content-Length: 0\r\n".utf8)
            }
        }
        if let authorization = absoluteForm?.authorization {
            bytes.append(contentsOf: "Proxy-Authorization: \(authorization)\r\n".utf8)
        }
        bytes.append(contentsOf: "\r\n".utf8)
    }
}
