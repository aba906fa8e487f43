import Text

/// The name of one request, in its X-Request-Id on both sides, in its error's body and its log line.
///
/// Its bytes are written where they are wanted; text is made of it only where it is shown.
public struct RequestID: Sendable, Hashable {
    private enum Source: Sendable, Hashable {
        /// What all ids of one shard begin with, and a count.
        case made(prefix: [UInt8], number: UInt64)
        /// Taken over from a server in front.
        case given([UInt8])
    }

    /// The longest id that is taken over.
    private static let maximumBytes = 128

    private let source: Source

    /// Makes an id that does not come again, given a prefix that no other series of numbers has.
    public init(prefix: [UInt8], number: UInt64) {
        source = .made(prefix: prefix, number: number)
    }

    /// Takes over an id of 1–128 bytes of `A–Z a–z 0–9 . _ : / + = -`; nil for any other.
    public init?(_ bytes: some Collection<UInt8>) {
        guard 1...Self.maximumBytes ~= bytes.count, bytes.allSatisfy(Self.isPlain) else { return nil }
        source = .given(Array(bytes))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        if byte.isLetter || byte.isDigit { return true }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "+"),
            UInt8(ascii: "="), UInt8(ascii: "-"):
            return true
        default: return false
        }
    }

    /// Appends the id.
    public func write(to bytes: inout [UInt8]) {
        switch source {
        case .given(let given): bytes.append(contentsOf: given)
        case .made(let prefix, let number):
            bytes.append(contentsOf: prefix)
            bytes.appendDecimal(Int64(truncatingIfNeeded: number))
        }
    }

    /// The id as text.
    public var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
