import Text

/// What Chromium makes of the bytes that a server sends, up to the end of the head of a response.
///
/// It reads a great deal that RFC 9112 forbids, and most of that without a word. What it reads so is kept as
/// `WireAnswer.oddities`; all of it is compared with a real Chromium in the tests.
///
/// - SeeAlso: Chromium's net/http/http_stream_parser.cc, http_util.cc and http_response_headers.cc.
public enum ResponseReading: Sendable, Hashable {
    /// More bytes are needed.
    case incomplete
    /// A head, which takes up so many bytes together with the interim ones before it.
    case answer(WireAnswer, length: Int)
    /// Chromium reads no further.
    case failed(NetworkFailure)

    /// Chromium's kMaxHeaderBufSize.
    private static let maximumBytes = 256 * 1_024
    /// `HTTP` and as many stray bytes as Chromium lets stand before it.
    private static let enoughForStatusLine = 8

    /// Reads all that has come of one response.
    ///
    /// - Parameters:
    ///   - bytes: From the first one on.
    ///   - hasEnded: Whether the server has closed the connection.
    ///   - url: What was asked: over https, and at odd ports, Chromium is stricter.
    ///   - isHandshake: Whether a WebSocket was asked for: then the first head of all is the answer.
    public init(_ bytes: [UInt8], hasEnded: Bool, from url: RequestURL, ofHandshake isHandshake: Bool = false)
    {
        var start = 0
        var oddities: [String] = []
        while true {
            let rest = bytes[start...]
            guard let statusLine = Self.startOfStatusLine(in: rest) else {
                let mayBeBody = start == 0 && !isHandshake
                self = Self.withoutStatusLine(rest, hasEnded: hasEnded, mayBeBody: mayBeBody, from: url)
                return
            }
            guard let end = Self.endOfHead(in: bytes[statusLine...], hasEnded: hasEnded) else {
                self = rest.count < Self.maximumBytes ? .incomplete : .failed(.tooLarge)
                return
            }
            guard end - start <= Self.maximumBytes else {
                self = .failed(.tooLarge)
                return
            }
            let isCut = !bytes[..<end].endsWithEmptyLine
            if isCut, url.isSecure || isHandshake {
                self = .failed(isHandshake ? .cut : .truncated)
                return
            }
            if isCut { oddities.append("The connection closes before the empty line that ends a head.") }
            if statusLine > start { oddities.append("Other bytes stand before the status line.") }
            let head = LenientHead(bytes[statusLine..<end])
            if isHandshake, bytes[statusLine...].starts(with: "HTTP/1.0".utf8) {
                oddities.append("The version is HTTP/1.0: Firefox opens no WebSocket then.")
            }
            // 101 too where nobody has asked to switch.
            if (100...199).contains(head.status), !isHandshake {
                start = end
                continue
            }
            self = head.failure.map { .failed($0) } ?? .answer(head.answer(oddities), length: end)
            return
        }
    }

    /// The answer that a browser has.
    public func get() throws(NetworkFailure) -> WireAnswer {
        switch self {
        case .answer(let answer, _): return answer
        case .failed(let failure): throw failure
        case .incomplete: throw .invalid
        }
    }

    private static func startOfStatusLine(in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.prefix(5).first { index in
            bytes[index...].prefix(4).map { $0 | 0x20 } == Array("http".utf8)
        }
    }

    /// The end of the first empty line, or of all where the connection has ended.
    private static func endOfHead(in bytes: ArraySlice<UInt8>, hasEnded: Bool) -> Int? {
        var last: UInt8 = 0
        var isLineEmpty = false
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == .lineFeed {
                if isLineEmpty { return index + 1 }
                isLineEmpty = true
            } else if byte != .carriageReturn || last != .lineFeed {
                isLineEmpty = false
            }
            last = byte
        }
        return hasEnded ? bytes.endIndex : nil
    }

    /// What has no status line is HTTP/0.9, or nothing that Chromium takes.
    private static func withoutStatusLine(
        _ bytes: ArraySlice<UInt8>,
        hasEnded: Bool,
        mayBeBody: Bool,
        from url: RequestURL
    ) -> ResponseReading {
        if bytes.isEmpty, hasEnded { return .failed(.empty) }
        guard bytes.count >= enoughForStatusLine || hasEnded else { return .incomplete }
        guard mayBeBody, url.port == nil, !url.isSecure else { return .failed(.invalid) }
        let oddity = "There is no status line: all of it counts as a body, as HTTP/0.9 had it."
        return .answer(WireAnswer(status: 200, reason: "OK", oddities: [oddity]), length: 0)
    }
}

extension ArraySlice<UInt8> {
    fileprivate var endsWithEmptyLine: Bool {
        guard last == .lineFeed else { return false }
        let rest = dropLast()
        return rest.last == .lineFeed || rest.last == .carriageReturn && rest.dropLast().last == .lineFeed
    }
}

extension NetworkFailure {
    fileprivate static let empty = NetworkFailure(
        name: "net::ERR_EMPTY_RESPONSE",
        message: "the connection is closed without an answer"
    )
    /// What came is no answer that a browser takes.
    public static let invalid = NetworkFailure(
        name: "net::ERR_INVALID_HTTP_RESPONSE",
        message: "the answer is no HTTP"
    )
    fileprivate static let tooLarge = NetworkFailure(
        name: "net::ERR_RESPONSE_HEADERS_TOO_BIG",
        message: "the head of the answer is larger than 256 KiB"
    )
    fileprivate static let truncated = NetworkFailure(
        name: "net::ERR_RESPONSE_HEADERS_TRUNCATED",
        message: "the connection is closed within the head of the answer"
    )
    fileprivate static let cut = NetworkFailure(
        name: "net::ERR_CONNECTION_CLOSED",
        message: "the connection is closed within the head of the answer"
    )
}
