/// Writes a body in the framing that its head has declared.
///
/// - SeeAlso: RFC 9112 §6 and §7.1.
public struct BodyEncoder: Sendable {
    /// Whether each piece becomes a chunk.
    private let isChunked: Bool

    /// Makes an encoder for one body; all framings but `chunked` send the bytes as they are.
    public init(_ framing: BodyFraming) {
        isChunked = framing == .chunked
    }

    /// Appends a piece of the body.
    public func write(_ piece: ArraySlice<UInt8>, to output: inout [UInt8]) {
        if isChunked {
            ChunkedEncoder.writeChunk(piece, to: &output)
        } else {
            output.append(contentsOf: piece)
        }
    }

    /// Appends what ends the body, where anything does.
    public func writeEnd(to output: inout [UInt8]) {
        if isChunked {
            ChunkedEncoder.writeLastChunk(to: &output)
        }
    }
}
