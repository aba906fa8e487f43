import HTTPTypes

/// Reads one response out of a connection's bytes as they come in: interim heads, the final head, the body.
///
/// Strict: where two readers could come to different results it throws, and the connection is not to be used again.
public struct ResponseReader: Sendable {
    /// What was found.
    public enum Step: Sendable {
        /// The head of an interim response of this status; others follow.
        case interim(Int)
        /// The final head; the body follows, in this framing.
        case head(ResponseHead, BodyFraming)
        /// The server has accepted the WebSocket handshake; what follows the offset are frames.
        case upgraded(ResponseHead)
        /// Body data stands at these indices of the bytes given.
        case data(Range<Int>)
        /// All bytes given are taken, and the response goes on.
        case needsMore
        /// The response has ended; what follows the offset is not part of it.
        case end
    }

    /// Bounds of a head, in bytes and fields, and of the interim heads before the final one.
    private static let maximumHeadBytes = 65_536
    private static let maximumFieldCount = 500
    private static let maximumInterimResponses = 20

    private let method: HTTPRequest.Method
    private let offer: WebSocketOffer?
    private var parser = ResponseHeadParser(
        maximumHeadBytes: maximumHeadBytes,
        maximumFieldCount: maximumFieldCount
    )
    /// The part of a head that has come in, where it is not whole.
    private(set) var incomplete: [UInt8] = []
    private var interimResponses = 0
    /// What to show of a head that is whole and has no valid framing.
    private var framingFields = ""
    /// There once the final head has been read.
    private var body: BodyDecoder?

    /// Makes a reader for the response to one request.
    ///
    /// - Parameters:
    ///   - method: The request's: a response to HEAD has no body.
    ///   - offer: What is offered where the request is a WebSocket handshake.
    public init(to method: HTTPRequest.Method, offering offer: WebSocketOffer? = nil) {
        self.method = method
        self.offer = offer
    }

    /// Whether the final head is still to come.
    public var awaitsHead: Bool { body == nil }

    /// Whether the end of the connection is the end of the response.
    public var endsWithConnection: Bool { body?.endsWithConnection == true }

    /// Reads on; to be called until it returns `needsMore` or `end`.
    ///
    /// - Parameters:
    ///   - bytes: What was received; bytes before `offset` are not looked at.
    ///   - offset: Where to go on in `bytes`; moved behind what was taken.
    /// - Throws: The first rule that the bytes break. An unasked 101 breaks one: nobody would know what the
    ///   connection has become.
    public mutating func next(in bytes: Span<UInt8>, from offset: inout Int) throws(SyntaxError) -> Step {
        if body == nil {
            guard offset < bytes.count, let head = try nextHead(in: bytes, from: &offset) else {
                return .needsMore
            }
            return try take(head)
        }
        switch try body?.next(in: bytes, from: &offset) {
        case .data(let range): return .data(range)
        case .end: return .end
        case .needsMore, nil: return .needsMore
        }
    }

    private mutating func take(_ head: consuming ResponseHead) throws(SyntaxError) -> Step {
        let framing: BodyFraming
        do throws(SyntaxError) {
            framing = try head.framing(forRequestMethod: method)
        } catch {
            framingFields = ResponseFault.framingFields(of: head.fields)
            throw error
        }
        guard head.isInformational else {
            // What is passed on says its length once.
            if head.fields.repeatsContentLength { head.fields.unifyContentLength() }
            body = BodyDecoder(framing, from: .server)
            return .head(head, framing)
        }
        guard head.status != 101 else {
            guard let offer else { throw .unaskedUpgrade }
            if let fault = offer.fault(in: head) { throw fault }
            return .upgraded(head)
        }
        interimResponses += 1
        guard interimResponses <= Self.maximumInterimResponses else { throw .tooManyInterimResponses }
        return .interim(head.status)
    }

    /// Says what broke a rule; to be asked after `next` has thrown it.
    ///
    /// - Parameters:
    ///   - bytes: What was given to `next`.
    ///   - offset: Where it left the offset.
    public func fault(_ rule: SyntaxError, in bytes: Span<UInt8>, at offset: Int) -> ResponseFault {
        guard framingFields.isEmpty else { return ResponseFault(rule, seen: framingFields) }
        guard body == nil else { return ResponseFault(rule, inBody: bytes, at: offset) }
        if incomplete.isEmpty {
            return ResponseFault(rule, inHead: bytes.extracting(offset..<bytes.count), at: parser.position)
        }
        return ResponseFault(rule, inHead: incomplete.span, at: parser.position)
    }

    /// What is wrong with the bytes from an offset on, as far as they go, nil where nothing is; nothing is taken.
    ///
    /// To be asked behind a final head, before it is passed on: what is wrong with a body that came along with it
    /// can still be told then.
    public func faultAhead(in bytes: Span<UInt8>, from offset: Int) -> ResponseFault? {
        var ahead = self
        var position = offset
        do throws(SyntaxError) {
            while true {
                switch try ahead.next(in: bytes, from: &position) {
                case .interim, .head, .upgraded, .data: continue
                case .needsMore, .end: return nil
                }
            }
        } catch {
            return ahead.fault(error, in: bytes, at: position)
        }
    }

    private mutating func nextHead(
        in bytes: Span<UInt8>,
        from offset: inout Int
    ) throws(SyntaxError) -> ResponseHead? {
        if incomplete.isEmpty {
            if let (head, consumed) = try parser.parse(bytes.extracting(offset..<bytes.count)) {
                offset += consumed
                return head
            }
            keep(bytes, from: &offset)
            return nil
        }
        keep(bytes, from: &offset)
        let whole = incomplete
        guard let (head, consumed) = try parser.parse(whole.span) else { return nil }
        // What stands behind the head stands at the end of the bytes given, too.
        offset = bytes.count - (whole.count - consumed)
        incomplete = []
        return head
    }

    private mutating func keep(_ bytes: Span<UInt8>, from offset: inout Int) {
        // No room is reserved: it would be the very room needed, and each piece would move all that came before.
        while offset < bytes.count {
            incomplete.append(bytes[offset])
            offset += 1
        }
    }
}
