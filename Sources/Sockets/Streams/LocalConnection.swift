import CEpoll
import Glibc

/// One end of a connection between two parts of this process; its calls block the thread.
public final class LocalConnection {
    private let descriptor: Descriptor

    /// Connects.
    ///
    /// - Parameter serve: Is handed the other end, which does not block.
    public init(_ serve: (consuming Descriptor) -> Void) throws(SystemError) {
        var numbers: (Int32, Int32) = (-1, -1)
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let result = unsafe withUnsafeMutablePointer(to: &numbers) { pair in
            unsafe pair.withMemoryRebound(to: Int32.self, capacity: 2) { ends in
                unsafe socketpair(AF_UNIX, kind, 0, ends)
            }
        }
        guard result == 0 else { throw SystemError.last("socketpair") }
        descriptor = Descriptor(owning: numbers.0)
        serve(Descriptor(owning: numbers.1))
    }

    /// Sends all of it, or what the other end takes before it closes or the time comes.
    public func send(_ bytes: [UInt8], before limit: MonotonicTime) {
        var sent = 0
        while sent < bytes.count {
            switch StreamSocket(descriptor.number).send(bytes, sent..<bytes.count) {
            case .bytes(let count): sent += count
            case .wouldBlock where wait(for: Int16(POLLOUT), before: limit): continue
            case .wouldBlock, .endOfStream, .failed: return
            }
        }
    }

    /// Waits for bytes and reads what is there.
    ///
    /// - Returns: How many bytes now stand at the start of the buffer; 0 where the other end has closed, and nil
    ///   where nothing came in time.
    public func receive(into buffer: inout [UInt8], before limit: MonotonicTime) -> Int? {
        while true {
            switch StreamSocket(descriptor.number).receive(into: &buffer) {
            case .bytes(let count): return count
            case .endOfStream, .failed: return 0
            case .wouldBlock: guard wait(for: Int16(POLLIN), before: limit) else { return nil }
            }
        }
    }

    /// Says that nothing more is sent; what the other end sends can still be read.
    public func finish() {
        StreamSocket(descriptor.number).shutdownWriting()
    }

    private func wait(for events: Int16, before limit: MonotonicTime) -> Bool {
        let left = limit.nanoseconds(since: .now()) / 1_000_000
        guard left > 0 else { return false }
        var entry = pollfd(fd: descriptor.number, events: events, revents: 0)
        _ = unsafe poll(&entry, 1, Int32(clamping: left))
        return true
    }
}
