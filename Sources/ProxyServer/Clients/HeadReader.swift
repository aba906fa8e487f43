import HTTPSyntax

/// From the bytes that a client sends to the heads of its requests; what comes behind a head waits here.
struct HeadReader {
    private var parser: RequestHeadParser
    private var input = InputBuffer()

    init(_ limits: HeadLimits) {
        parser = RequestHeadParser(limits: limits)
    }

    /// Whether nothing waits.
    var isEmpty: Bool { input.isEmpty }

    /// Looks for a head in what was just read, where nothing waits; what it does not use waits from now on.
    mutating func next(in buffer: [UInt8], upTo count: Int) throws(SyntaxError) -> RequestHead? {
        guard let (head, consumed) = try parser.parse(buffer.span.extracting(0..<count)) else {
            input.append(buffer[..<count])
            return nil
        }
        input.append(buffer[consumed..<count])
        return head
    }

    /// Looks for a head in what waits.
    mutating func next() throws(SyntaxError) -> RequestHead? {
        guard !input.isEmpty, let (head, consumed) = try parser.parse(input.waiting.span) else { return nil }
        input.drop(consumed)
        return head
    }

    /// Has more bytes wait.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        input.append(bytes)
    }

    /// Takes out what waits, which is no head: a body's bytes.
    mutating func take() -> ArraySlice<UInt8> {
        input.take()
    }

    /// Drops what waits.
    mutating func removeAll() {
        input.removeAll()
    }

    /// Holds the next head to other limits.
    mutating func adopt(_ limits: HeadLimits) {
        parser = RequestHeadParser(limits: limits)
    }
}
