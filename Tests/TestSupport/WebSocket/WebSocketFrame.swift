/// One frame of a WebSocket (RFC 6455 §5.2).
package struct WebSocketFrame: Sendable, Equatable, CustomStringConvertible {
    package enum Opcode: UInt8, Sendable {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10
    }

    package let opcode: Opcode
    package let payload: [UInt8]
    package let isFinal: Bool

    package init(_ opcode: Opcode, _ payload: [UInt8] = [], isFinal: Bool = true) {
        self.opcode = opcode
        self.payload = payload
        self.isFinal = isFinal
    }

    package static func text(_ text: String, isFinal: Bool = true) -> Self {
        Self(.text, Array(text.utf8), isFinal: isFinal)
    }

    package static func close(_ code: Int, _ reason: String = "") -> Self {
        Self(.close, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
    }

    package var text: String { String(decoding: payload, as: UTF8.self) }

    /// The code of a close frame; nil where it has none.
    package var closeCode: Int? {
        guard opcode == .close, payload.count >= 2 else { return nil }
        return Int(payload[0]) << 8 | Int(payload[1])
    }

    /// The reason of a close frame.
    package var closeReason: String { String(decoding: payload.dropFirst(2), as: UTF8.self) }

    /// The frame as a server sends it, or, with a key of four bytes, as a client does.
    package func encoded(mask: [UInt8]? = nil) -> [UInt8] {
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode.rawValue]
        let flag: UInt8 = mask == nil ? 0 : 0x80
        switch payload.count {
        case ...125: bytes.append(flag | UInt8(payload.count))
        case ...65_535: bytes += [flag | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes.append(flag | 127)
            bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        }
        guard let mask else { return bytes + payload }
        return bytes + mask + WebSocketFrame.mask(payload, with: mask)
    }

    /// Puts a mask on, or takes it off.
    static func mask(_ payload: [UInt8], with key: [UInt8]) -> [UInt8] {
        var masked = payload
        for index in masked.indices { masked[index] ^= key[index & 3] }
        return masked
    }

    package var description: String {
        let code = closeCode.map { " \($0) \(closeReason)" }
        return "\(opcode)\(isFinal ? "" : "+")\(code ?? " \(payload.count) bytes \(text.prefix(60))")"
    }
}
