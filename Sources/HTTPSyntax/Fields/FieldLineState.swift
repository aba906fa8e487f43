import Text

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
