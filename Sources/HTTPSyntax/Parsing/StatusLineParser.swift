import Text

/// Reads a status line, each byte once.
///
/// A line that ends right after its code is taken too: the space before an absent reason is often left out.
///
/// - SeeAlso: RFC 9112 §4.
struct StatusLineParser: Sendable {
    private enum State {
        case version
        case versionEnd
        case status
        case statusEnd
        case reason
        case lineFeed
        case complete
    }

    private var state = State.version
    private var scanner = VersionScanner()
    private var digits = 0
    private(set) var version = HTTPVersion.http11
    private(set) var status = 0
    /// Where in the buffer the reason stands.
    private(set) var reason = 0..<0

    /// Reads on from `position`, which it leaves behind the last byte taken or at the one that breaks a rule.
    ///
    /// - Returns: Whether the line is complete.
    mutating func parse(_ bytes: Span<UInt8>, from position: inout Int) throws(SyntaxError) -> Bool {
        while position < bytes.count, state != .complete {
            try take(bytes[position], at: position)
            position &+= 1
        }
        return state == .complete
    }

    private mutating func take(_ octet: UInt8, at position: Int) throws(SyntaxError) {
        switch state {
        case .version:
            guard let version = try scanner.take(octet) else { return }
            self.version = version
            state = .versionEnd
        case .versionEnd:
            guard octet == .space else { throw octet == .lineFeed ? .bareLineFeed : .malformedStatusLine }
            state = .status
        case .status:
            try takeDigit(octet)
        case .statusEnd:
            reason = (position &+ 1)..<(position &+ 1)
            switch octet {
            case .space: state = .reason
            case .carriageReturn: state = .lineFeed
            case .lineFeed: throw .bareLineFeed
            default: throw octet.isDigit ? .invalidStatus : .malformedStatusLine
            }
        case .reason:
            if octet == .carriageReturn {
                reason = reason.lowerBound..<position
                state = .lineFeed
            } else if !octet.isFieldOctet {
                throw octet == .lineFeed ? .bareLineFeed : .invalidReason
            }
        case .lineFeed:
            guard octet == .lineFeed else { throw .bareCarriageReturn }
            state = .complete
        case .complete:
            break
        }
    }

    private mutating func takeDigit(_ octet: UInt8) throws(SyntaxError) {
        guard octet.isDigit else { throw octet == .lineFeed ? .bareLineFeed : .invalidStatus }
        let digit = Int(octet &- 0x30)
        // Up to 999: what RFC 9110 §15 does not define is passed on as it is.
        guard digits > 0 || digit > 0 else { throw .invalidStatus }
        status = status &* 10 &+ digit
        digits &+= 1
        if digits == 3 { state = .statusEnd }
    }
}
