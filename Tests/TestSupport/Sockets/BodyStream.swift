/// Takes the framing off a body while it arrives.
package struct BodyStream {
    enum Framing { case none, length(Int), chunked, untilClose }

    private let reader: ByteReader
    private let framing: Framing
    private var left: Int
    private var isAtEnd: Bool
    /// Whether the body came to the end that its framing promises.
    package private(set) var isComplete = false
    /// The trailer section behind a chunked body, as text.
    package private(set) var trailers = ""

    init(_ reader: ByteReader, framing: Framing) {
        self.reader = reader
        self.framing = framing
        switch framing {
        case .length(let count): left = count
        default: left = 0
        }
        isAtEnd = false
    }

    /// The next piece of the body; nil when it is over, well or badly: see `isComplete`.
    package mutating func next() throws -> [UInt8]? {
        guard !isAtEnd else { return nil }
        if case .chunked = framing, left == 0 { try startChunk() }
        if case .untilClose = framing { left = .max }
        guard left > 0, !isAtEnd else {
            if !isAtEnd { isComplete = true }
            isAtEnd = true
            return nil
        }
        let piece = try reader.readSome(atMost: min(left, 65_536))
        if piece.isEmpty {
            isAtEnd = true
            if case .untilClose = framing { isComplete = reader.ending == .closed }
            return nil
        }
        left -= piece.count
        if case .chunked = framing, left == 0 { _ = try reader.read(count: 2) }
        return piece
    }

    /// The rest of the body at once.
    package mutating func rest() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try next() { bytes += piece }
        return bytes
    }

    /// Reads a chunk's size; the last chunk's trailers too.
    private mutating func startChunk() throws {
        guard let line = try reader.read(through: [13, 10]) else { return isAtEnd = true }
        let digits = line.prefix { $0 != 13 && $0 != UInt8(ascii: ";") }
        guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16) else {
            return isAtEnd = true
        }
        left = size
        guard size == 0 else { return }
        while let trailer = try reader.read(through: [13, 10]) {
            guard trailer.count > 2 else {
                isComplete = true
                return isAtEnd = true
            }
            trailers += String(decoding: trailer, as: UTF8.self)
        }
        isAtEnd = true
    }
}
