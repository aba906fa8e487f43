import Text

/// A rule that a response breaks, and what was seen of the bytes that break it.
public struct ResponseFault: Error, Sendable, Hashable {
    /// The rule.
    public let rule: SyntaxError
    /// A few of the bytes, in quotes and escaped, or where they stand; may be empty.
    ///
    /// Printable ASCII of at most 200 bytes. Of fields other than those that frame the body only names are shown:
    /// values may be secret.
    public let seen: String

    init(_ rule: SyntaxError, seen: String) {
        self.rule = rule
        self.seen = seen
    }

    /// The rule with what was seen, as a clause without a full stop.
    public var clause: String { seen.isEmpty ? rule.clause : "\(rule.clause) (\(seen))" }
}

extension ResponseFault {
    /// How much of one text is shown, as it is escaped.
    private static let maximumBytes = 40

    /// The lines that say how long the body is.
    static func framingFields(of fields: FieldSection) -> String {
        let lines = fields.lines.filter { $0.field == .contentLength || $0.field == .transferEncoding }
        let shown = lines.prefix(3).map { line in
            let text = fields.name(of: line) + [.colon, .space] + fields.value(of: line)
            return quoted(text.span, 0..<text.count)
        }
        return (shown + (lines.count > 3 ? ["..."] : [])).joined(separator: ", ")
    }

    /// - Parameter position: Of the byte that breaks the rule.
    init(_ rule: SyntaxError, inHead bytes: Span<UInt8>, at position: Int) {
        switch rule {
        case .headTooLarge, .tooManyFields, .unaskedUpgrade, .tooManyInterimResponses, .wrongUpgrade,
            .wrongWebSocketAccept, .unofferedSubprotocol:
            self.init(rule, seen: "")
        default:
            let line = bytes.line(around: position)
            self.init(
                rule,
                seen: line.lowerBound == 0 ? Self.quoted(bytes, line) : Self.field(rule, bytes, position)
            )
        }
    }

    /// - Parameter offset: Of the byte that breaks the rule.
    init(_ rule: SyntaxError, inBody bytes: Span<UInt8>, at offset: Int) {
        switch rule {
        case .invalidChunkSize, .chunkSizeTooLarge:
            let start = bytes.line(around: offset).lowerBound
            self.init(rule, seen: Self.quoted(bytes, max(start, offset - 20)..<min(offset + 1, bytes.count)))
        case .missingChunkEnd, .invalidChunkExtension:
            self.init(rule, seen: Self.octet(bytes, offset))
        case .chunkLineTooLong, .trailersTooLarge, .bareLineFeed, .bareCarriageReturn:
            self.init(rule, seen: "")
        default:
            self.init(rule, seen: Self.field(rule, bytes, offset))
        }
    }

    /// Names the field that a line belongs to, and the byte in it that breaks a rule.
    private static func field(_ rule: SyntaxError, _ bytes: Span<UInt8>, _ position: Int) -> String {
        let line = bytes.line(around: position)
        switch rule {
        case .whitespaceBeforeColon:
            return quoted(bytes, line.lowerBound..<min(position + 1, bytes.count))
        case .invalidFieldValue:
            return "\(octet(bytes, position)) in \(name(bytes, line))"
        case .invalidFieldName:
            return "\(octet(bytes, position)) \(place(bytes, line))"
        case .bareLineFeed, .bareCarriageReturn:
            return "in \(name(bytes, line))"
        default:
            return place(bytes, line)
        }
    }

    /// A line that has no name of its own stands behind another one.
    private static func place(_ bytes: Span<UInt8>, _ line: Range<Int>) -> String {
        guard line.lowerBound > 0 else { return "" }
        let previous = bytes.line(around: line.lowerBound - 1)
        return previous.lowerBound == 0 ? "in the first field" : "behind \(name(bytes, previous))"
    }

    private static func name(_ bytes: Span<UInt8>, _ line: Range<Int>) -> String {
        var end = line.lowerBound
        while end < line.upperBound, bytes[end].isTokenOctet { end &+= 1 }
        return quoted(bytes, line.lowerBound..<end)
    }

    private static func octet(_ bytes: Span<UInt8>, _ position: Int) -> String {
        position < bytes.count ? quoted(bytes, position..<position + 1) : ""
    }

    private static func quoted(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        var text = "\""
        for index in range {
            guard text.utf8.count <= maximumBytes else { return text + "...\"" }
            let octet = bytes[index]
            if octet < 0x20 || octet > 0x7E {
                text += "\\x" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
            } else {
                if octet == 0x22 || octet == 0x5C { text += "\\" }
                text.unicodeScalars.append(Unicode.Scalar(octet))
            }
        }
        return text + "\""
    }
}

extension Span<UInt8> {
    /// The line that a position stands in, without its end; a line feed belongs to the line that it ends.
    fileprivate func line(around position: Int) -> Range<Int> {
        var lower = Swift.min(position, count)
        while lower > 0, self[lower &- 1] != .lineFeed { lower &-= 1 }
        var upper = lower
        while upper < count, self[upper] != .lineFeed, self[upper] != .carriageReturn { upper &+= 1 }
        return lower..<upper
    }
}
