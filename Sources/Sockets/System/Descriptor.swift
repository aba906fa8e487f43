import Glibc

/// An open file descriptor with one owner, closed when its owner lets go of it.
public struct Descriptor: ~Copyable, Sendable {
    /// The number that system calls take; valid while the value lives.
    public let number: Int32

    /// Takes over a descriptor that nobody else closes.
    public init(owning number: Int32) {
        self.number = number
    }

    /// Hands the number to somebody else who closes it.
    public consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    deinit {
        _ = close(number)
    }
}
