import Text

/// Reads the field lines of a head, from after its start line to the empty line, each byte once.
struct FieldSectionParser: Sendable {
    private let maximumCount: Int
    private var state = FieldLineState.firstLine
    private var nameStart = 0
    private var nameEnd = 0
    private var lines: [FieldSection.Line] = []
    private var present = KnownFieldSet()

    init(maximumCount: Int) {
        self.maximumCount = maximumCount
    }

    /// Reads on from `position`, which it leaves behind the last byte taken or at the one that breaks a rule.
    ///
    /// - Parameters:
    ///   - bytes: The whole buffer, cut where the head must have ended.
    ///   - position: How far the head has been read.
    ///   - headStart: Where in the buffer the head starts.
    /// - Returns: Whether the section is complete.
    /// - Throws: The first rule that the bytes break.
    mutating func parse(
        _ bytes: Span<UInt8>,
        from position: inout Int,
        headStart: Int
    ) throws(SyntaxError) -> Bool {
        var index = position
        defer { position = index }
        while index < bytes.count, state != .complete {
            if state == .value {
                while bytes.count &- index >= 16, bytes.hasPrintableBlock(at: index) { index &+= 16 }
                while index < bytes.count, bytes[index].isPrintableOctet { index &+= 1 }
            } else if state == .name {
                while index < bytes.count, bytes[index].isTokenOctet { index &+= 1 }
            }
            guard index < bytes.count else { break }
            let next = try state.next(after: bytes[index])
            if next != state { try enter(next, at: index, in: bytes, headStart: headStart) }
            state = next
            index &+= 1
        }
        return state == .complete
    }

    private mutating func enter(
        _ next: FieldLineState,
        at index: Int,
        in bytes: Span<UInt8>,
        headStart: Int
    ) throws(SyntaxError) {
        switch next {
        case .name:
            guard lines.count < maximumCount else { throw .tooManyFields }
            nameStart = index
        case .value:
            nameEnd = index
        case .lineFeed:
            appendLine(endingAt: index, in: bytes, headStart: headStart)
        default:
            break
        }
    }

    private mutating func appendLine(endingAt end: Int, in bytes: Span<UInt8>, headStart: Int) {
        var lower = nameEnd &+ 1
        var upper = end
        while lower < upper, bytes[lower].isWhitespace { lower &+= 1 }
        while upper > lower, bytes[upper &- 1].isWhitespace { upper &-= 1 }
        let field = FieldNameTable.shared.field(named: bytes.extracting(nameStart..<nameEnd))
        if lines.isEmpty { lines.reserveCapacity(min(16, maximumCount)) }
        lines.append(
            FieldSection.Line(
                field: field,
                isPlain: lower == nameEnd &+ 2 && bytes[nameEnd &+ 1] == .space && upper == end,
                nameStart: UInt32(truncatingIfNeeded: nameStart &- headStart),
                nameEnd: UInt32(truncatingIfNeeded: nameEnd &- headStart),
                valueStart: UInt32(truncatingIfNeeded: lower &- headStart),
                valueEnd: UInt32(truncatingIfNeeded: upper &- headStart)
            )
        )
        present.insert(field)
    }

    /// The section, once it is complete; this parser is not to be used after it.
    ///
    /// - Parameter bytes: The bytes of the head, from its start.
    /// - Returns: The lines read, with `bytes` as their storage.
    func section(of bytes: [UInt8]) -> FieldSection {
        FieldSection(lines: lines, bytes: bytes, present: present)
    }
}

extension Span<UInt8> {
    /// Whether the 16 octets from `index`, which must be there, are all printable.
    ///
    /// Without an early exit, even within an octet, so that it compiles to a few vector instructions.
    @inline(__always)
    func hasPrintableBlock(at index: Int) -> Bool {
        let block = extracting(index..<(index &+ 16))
        var others: UInt8 = 0
        for offset in 0..<16 {
            let octet = block[offset]
            others |= (octet < 0x20 ? 1 : 0) | (octet == 0x7F ? 1 : 0)
        }
        return others == 0
    }

    /// A copy of the octets in `range`, with room for some lines that the proxy adds.
    func copy(_ range: Range<Int>) -> [UInt8] {
        let source = extracting(range)
        return [UInt8](capacity: source.count &+ 256) { output in
            for index in source.indices { output.append(source[index]) }
        }
    }
}

/// The grammar of field lines, of heads and of trailers, as a state machine: where in it the next octet stands.
///
/// - SeeAlso: RFC 9112 §2.1 and §5.
enum FieldLineState: Sendable {
    /// At the start of the first line. Leads to `name` or `lastLineFeed`.
    case firstLine
    /// At the start of another line. Leads to `name` or `lastLineFeed`.
    case nextLine
    /// After the first octet of a name. Leads to `value`.
    case name
    /// After the colon. Leads to `lineFeed`.
    case value
    /// After the carriage return of a line. Leads to `nextLine`.
    case lineFeed
    /// After the carriage return of the empty line. Leads to `complete`.
    case lastLineFeed
    /// After the whole section.
    case complete

    /// Returns the state after `octet`, or throws the rule that it breaks.
    func next(after octet: UInt8) throws(SyntaxError) -> FieldLineState {
        switch self {
        case .firstLine, .nextLine:
            if octet == .carriageReturn { return .lastLineFeed }
            return try nameStart(octet)
        case .name:
            if octet == .colon { return .value }
            return try nameOctet(octet)
        case .value:
            if octet.isFieldOctet { return .value }
            if octet == .carriageReturn { return .lineFeed }
            throw octet == .lineFeed ? .bareLineFeed : .invalidFieldValue
        case .lineFeed, .lastLineFeed:
            guard octet == .lineFeed else { throw .bareCarriageReturn }
            return self == .lineFeed ? .nextLine : .complete
        case .complete:
            return .complete
        }
    }

    private func nameStart(_ octet: UInt8) throws(SyntaxError) -> FieldLineState {
        if octet.isTokenOctet { return .name }
        switch octet {
        case .space, .horizontalTab:
            throw self == .firstLine ? .whitespaceBeforeFirstField : .obsoleteLineFolding
        case .colon: throw .emptyFieldName
        case .lineFeed: throw .bareLineFeed
        default: throw .invalidFieldName
        }
    }

    private func nameOctet(_ octet: UInt8) throws(SyntaxError) -> FieldLineState {
        if octet.isTokenOctet { return .name }
        switch octet {
        case .space, .horizontalTab: throw .whitespaceBeforeColon
        case .carriageReturn: throw .missingColon
        case .lineFeed: throw .bareLineFeed
        default: throw .invalidFieldName
        }
    }
}
