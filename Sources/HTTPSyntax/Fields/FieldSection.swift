import Text

/// The field lines of a message in wire order, duplicates kept.
///
/// The bytes of all lines stand in one array, and a line is a few offsets into it: to read a section costs two
/// allocations, whatever its size, and to drop a line copies nothing.
///
/// - SeeAlso: RFC 9110 §5.
public struct FieldSection: Sendable {
    /// One field line: its name, classified, and where its parts stand in the bytes of its section.
    public struct Line: Sendable {
        /// Which of the known fields this is.
        public let field: KnownField
        /// Whether the bytes are `name: value` CRLF, so that they can be sent as they are.
        let isPlain: Bool
        let nameStart: UInt32
        let nameEnd: UInt32
        let valueStart: UInt32
        let valueEnd: UInt32

        var nameRange: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var valueRange: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// The lines in wire order.
    public internal(set) var lines: [Line]
    /// The bytes that the lines refer to, in places with others between them.
    var bytes: [UInt8]
    /// The fields of `lines`.
    var present: KnownFieldSet

    /// Makes a section without lines.
    public init() {
        self.init(lines: [], bytes: [], present: KnownFieldSet())
    }

    init(lines: [Line], bytes: [UInt8], present: KnownFieldSet) {
        self.lines = lines
        self.bytes = bytes
        self.present = present
    }

    /// Whether there is a line of `field`; one bit is tested.
    public func contains(_ field: KnownField) -> Bool {
        present.contains(field)
    }

    /// The number of lines of `field`.
    public func count(of field: KnownField) -> Int {
        guard contains(field) else { return 0 }
        assert(WorkCount.add(lines.count))
        var count = 0
        for line in lines where line.field == field { count &+= 1 }
        return count
    }

    /// The name of a line of this section, as it stood on the wire.
    public func name(of line: Line) -> ArraySlice<UInt8> {
        bytes[line.nameRange]
    }

    /// The value of a line of this section, without white space around it.
    public func value(of line: Line) -> ArraySlice<UInt8> {
        bytes[line.valueRange]
    }

    /// The first line of `field`, or nil.
    func firstLine(of field: KnownField) -> Line? {
        guard contains(field) else { return nil }
        assert(WorkCount.add(lines.count))
        for line in lines where line.field == field { return line }
        return nil
    }

    /// The value of the first line of `field`, without white space around it.
    public func value(of field: KnownField) -> ArraySlice<UInt8>? {
        firstLine(of: field).map(value(of:))
    }

    /// The value of the first line of `field` as UTF-8, where it is none with U+FFFD in it.
    public func string(of field: KnownField) -> String? {
        value(of: field).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The values of all lines of `field`, decoded as `string(of:)` does.
    public func strings(of field: KnownField) -> [String] {
        guard contains(field) else { return [] }
        assert(WorkCount.add(lines.count))
        return lines.filter { $0.field == field }.map { String(decoding: value(of: $0), as: UTF8.self) }
    }

    /// The values of all lines whose name is `name` without regard to case, decoded as `string(of:)` does.
    public func strings(named name: String) -> [String] {
        lines.filter { isNamed(name.utf8.span, $0) }.map { String(decoding: value(of: $0), as: UTF8.self) }
    }

    /// Whether the name of `line` is `name`, without regard to case.
    func isNamed(_ name: Span<UInt8>, _ line: Line) -> Bool {
        bytes.span.extracting(line.nameRange).equalsIgnoringCase(name)
    }
}
