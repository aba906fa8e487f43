import Foundation

/// What both ends say to open a WebSocket (RFC 6455 §4).
package enum WebSocketHandshake {
    /// The key of the RFC's own example.
    package static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    /// The field lines of a client that offers nothing.
    package static let fields = [
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key)",
    ]

    /// The field line of a client's subprotocols.
    package static func offering(_ subprotocols: String...) -> String {
        "Sec-WebSocket-Protocol: \(subprotocols.joined(separator: ", "))"
    }

    /// The subprotocol by which a page sends a client key.
    package static func subprotocol(ofClientKey key: String) -> String {
        let encoded = Data(key.utf8).base64EncodedString()
        return "corsway.key."
            + encoded.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// What `Sec-WebSocket-Accept` has to be for a key.
    package static func accept(_ key: String) -> String {
        Data(sha1(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))).base64EncodedString()
    }

    /// The 101 for a key; `fields` are further lines.
    package static func answer(to key: String, _ fields: [String] = []) -> String {
        let lines =
            [
                "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Accept: \(accept(key))",
            ] + fields
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// The SHA-1 of some bytes (RFC 3174), written anew so that nothing of the program's checks itself.
    private static func sha1(_ message: [UInt8]) -> [UInt8] {
        var bytes = message + [0x80]
        while bytes.count % 64 != 56 { bytes.append(0) }
        bytes += bigEndian(UInt64(message.count * 8))
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        for start in stride(from: 0, to: bytes.count, by: 64) {
            let added = rounds(over: bytes[start..<(start + 64)], from: state)
            for index in 0..<5 { state[index] &+= added[index] }
        }
        return state.flatMap { bigEndian($0) }
    }

    private static func rounds(over block: ArraySlice<UInt8>, from state: [UInt32]) -> [UInt32] {
        var words = (0..<16).map { word in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[block.startIndex + word * 4 + $1]) }
        }
        for index in 16..<80 {
            words.append(
                rotated(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], by: 1)
            )
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for index in 0..<80 {
            let (mixed, constant): (UInt32, UInt32) =
                switch index {
                case ..<20: (b & c | ~b & d, 0x5A82_7999)
                case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            let next = rotated(a, by: 5) &+ mixed &+ e &+ constant &+ words[index]
            (a, b, c, d, e) = (next, a, rotated(b, by: 30), c, d)
        }
        return [a, b, c, d, e]
    }

    private static func rotated(_ word: UInt32, by count: UInt32) -> UInt32 {
        word << count | word >> (32 - count)
    }

    private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
