import CEpoll
import Glibc

/// Wakes an event loop from another thread.
public final class WakeSignal: Sendable {
    private let descriptor: Descriptor

    /// Makes a signal that is not raised.
    public init() throws(SystemError) {
        let number = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard number >= 0 else { throw SystemError.last("eventfd") }
        descriptor = Descriptor(owning: number)
    }

    /// What the loop watches.
    public var number: Int32 { descriptor.number }

    /// Makes the descriptor readable.
    public func raise() {
        var one: UInt64 = 1
        _ = unsafe write(descriptor.number, &one, MemoryLayout<UInt64>.size)
    }

    /// Makes the descriptor unreadable until the next `raise`.
    public func clear() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor.number, &count, MemoryLayout<UInt64>.size)
    }
}
