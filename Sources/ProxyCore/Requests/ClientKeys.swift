import HTTPSyntax

/// The keys of which a client has to send one: as X-Proxy-Key, or as a subprotocol of its WebSocket handshake.
public struct ClientKeys: Sendable {
    private let keys: [[UInt8]]

    /// Takes the keys; with none no client is asked for one.
    public init(_ keys: [String]) {
        self.keys = keys.map { Array($0.utf8) }
    }

    /// Whether no key is asked for.
    public var isEmpty: Bool { keys.isEmpty }

    /// The index of the key that a request sends, nil where it sends none, a wrong one, or more than one.
    ///
    /// Takes as long for every wrong key of one length: each is compared to its end with all that are known.
    public func accepted(in fields: FieldSection, _ webSocket: WebSocketRequest? = nil) -> Int? {
        guard fields.contains(.xProxyKey) else {
            return webSocket?.clientKey.flatMap { index(of: $0[...]) }
        }
        guard fields.count(of: .xProxyKey) == 1, webSocket?.clientKey == nil,
            let sent = fields.value(of: .xProxyKey)
        else { return nil }
        return index(of: sent)
    }

    private func index(of sent: ArraySlice<UInt8>) -> Int? {
        var found: Int?
        for (index, key) in keys.enumerated() where Self.areEqual(key, sent) {
            found = index
        }
        return found
    }

    /// Compares in a time that tells nothing of the key but its length.
    static func areEqual(_ key: [UInt8], _ sent: ArraySlice<UInt8>) -> Bool {
        var difference = key.count ^ sent.count
        var position = 0
        for byte in sent {
            difference |= Int(byte ^ (key.isEmpty ? 0 : key[position]))
            position = position + 1 == key.count ? 0 : position + 1
            if key.isEmpty { position = 0 }
        }
        return difference == 0
    }
}
