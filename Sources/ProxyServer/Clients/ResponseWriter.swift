import HTTPSyntax

/// One response in the words of HTTP/1.1: how its body is delimited, and whether the connection persists.
///
/// - SeeAlso: RFC 9112 §6, §7.1 and §9.3.
struct ResponseWriter {
    /// Whether the client speaks HTTP/1.0: it knows neither chunks nor interim responses.
    let isForOldClient: Bool
    /// Whether the end of the body shows by itself.
    private(set) var isDelimited = true
    /// Whether the head has promised that the connection stays open.
    private(set) var persists = false
    /// Whether the body goes out in chunks, of which the last one ends it.
    private(set) var isChunked = false
    private var encoder = BodyEncoder(.none)

    /// - Parameter version: What the client has named; nil where its head could not be read.
    init(to version: HTTPVersion?) {
        isForOldClient = version == .http10
    }

    /// Adds the fields to a head that only concern the connection.
    mutating func complete(_ head: inout ResponseHead, _ length: BodyLength, persists: Bool) {
        isChunked = length == .unknown && !isForOldClient
        isDelimited = length != .unknown || isChunked
        self.persists = persists && isDelimited
        head.version = .http11
        if isChunked {
            encoder = BodyEncoder(.chunked)
            head.fields.append(.transferEncoding, "chunked")
        }
        if !self.persists {
            head.fields.append(.connection, "close")
        } else if isForOldClient {
            head.fields.append(.connection, "keep-alive")
        }
    }

    /// Appends a piece of the body.
    func write(_ piece: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        encoder.write(piece, to: &bytes)
    }

    /// Appends what ends the body.
    func writeEnd(to bytes: inout [UInt8]) {
        encoder.writeEnd(to: &bytes)
    }
}
