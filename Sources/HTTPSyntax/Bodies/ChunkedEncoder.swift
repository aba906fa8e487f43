import Text

/// Puts the chunked coding on: for each piece of data a chunk head, the data, a chunk end; then the last chunk.
///
/// - SeeAlso: RFC 9112 §7.1.
public enum ChunkedEncoder {
    /// Appends the size of a chunk and the end of its line.
    ///
    /// - Parameters:
    ///   - size: The number of bytes of data that follow, at least one: a chunk of size 0 would end the body.
    ///   - bytes: What is to be sent.
    public static func writeChunkHead(size: Int, to bytes: inout [UInt8]) {
        let value = UInt(bitPattern: size)
        var shift = max(0, (UInt.bitWidth - 1 - value.leadingZeroBitCount) / 4 * 4)
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: value &>> UInt(shift)) & 0x0F
            bytes.append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
            shift &-= 4
        }
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
    }

    /// Appends what follows the data of a chunk.
    public static func writeChunkEnd(to bytes: inout [UInt8]) {
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
    }

    /// Appends a whole chunk; nothing where `data` is empty, since that would end the body.
    public static func writeChunk(_ data: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        guard !data.isEmpty else { return }
        writeChunkHead(size: data.count, to: &bytes)
        bytes.append(contentsOf: data)
        writeChunkEnd(to: &bytes)
    }

    /// Appends the last chunk and an empty trailer section, which end the body.
    public static func writeLastChunk(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "0\r\n\r\n".utf8)
    }
}
