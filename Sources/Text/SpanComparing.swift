/// Octets compared without regard to the case of ASCII letters.
extension Span<UInt8> {
    /// Whether these octets are `text`.
    @inlinable
    public func equalsIgnoringCase(_ text: Span<UInt8>) -> Bool {
        assert(WorkCount.add(1))
        return count == text.count && hasPrefixIgnoringCase(text)
    }

    /// Whether these octets start with `text`.
    @inlinable
    public func hasPrefixIgnoringCase(_ text: Span<UInt8>) -> Bool {
        guard count >= text.count else { return false }
        assert(WorkCount.add(text.count))
        for index in text.indices where self[index].lowercased != text[index].lowercased { return false }
        return true
    }

    /// Whether these octets end with `text`.
    @inlinable
    public func hasSuffixIgnoringCase(_ text: Span<UInt8>) -> Bool {
        count >= text.count && extracting((count &- text.count)...).hasPrefixIgnoringCase(text)
    }
}
