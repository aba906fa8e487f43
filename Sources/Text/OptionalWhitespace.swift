/// Spaces and tabs around the parts of a field value.
///
/// - SeeAlso: RFC 9110 §5.6.3 (OWS).
public enum OptionalWhitespace {
    /// The octets without spaces and tabs at either end.
    @inlinable
    public static func trimmed<Octets>(_ octets: Octets) -> Octets
    where Octets: BidirectionalCollection<UInt8>, Octets.SubSequence == Octets {
        var octets = octets
        while let first = octets.first, first.isWhitespace { octets = octets.dropFirst() }
        while let last = octets.last, last.isWhitespace { octets = octets.dropLast() }
        return octets
    }

    /// The text without spaces and tabs at either end.
    @inlinable
    public static func trimmed(_ text: Substring) -> Substring {
        Substring(trimmed(text.utf8))
    }
}
