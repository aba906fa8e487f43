import CEpoll
import Glibc

/// The calls on a connected, non-blocking stream socket.
///
/// A number and no owner: the descriptor belongs to whoever made the connection.
public struct StreamSocket: Sendable {
    /// The descriptor's number.
    public let number: Int32

    /// Refers to an open socket.
    public init(_ number: Int32) {
        self.number = number
    }

    /// Reads to the start of a buffer, as many bytes as it has.
    public func receive(into buffer: inout [UInt8]) -> StreamResult {
        let result = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe recv(number, bytes.baseAddress, bytes.count, 0)
        }
        if result > 0 { return .bytes(result) }
        if result == 0 { return .endOfStream }
        return Self.failure("recv")
    }

    /// Whether neither bytes nor the end of the stream wait to be read; a byte that does is lost.
    public var isSilent: Bool {
        var probe: UInt8 = 0
        guard unsafe recv(number, &probe, 1, 0) < 0 else { return false }
        return Self.failure("recv") == .wouldBlock
    }

    /// How many bytes wait to be read.
    var waitingBytes: Int {
        var count: Int32 = 0
        return unsafe ioctl(number, UInt(FIONREAD), &count) == 0 ? Int(max(0, count)) : 0
    }

    /// Whether the kernel still has bytes that it has not sent once: the peer takes no more for now.
    public var holdsUnsentBytes: Bool {
        var count: Int32 = 0
        return unsafe ioctl(number, Self.unsentBytesRequest, &count) == 0 && count > 0
    }

    /// SIOCOUTQNSD of linux/sockios.h, which Glibc leaves out; sockets of the Unix kind do not know it.
    private static let unsentBytesRequest: UInt = 0x894B

    /// At most so many of the bytes that wait, which stay there.
    func peek(_ limit: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: limit) { bytes, count in
            count = unsafe max(0, recv(number, bytes.baseAddress, limit, Int32(MSG_PEEK)))
        }
    }

    /// Whether the peer has closed its sending side, or the connection is broken; bytes may still wait.
    var peerHasClosed: Bool {
        // The bits of epoll are those of poll.
        let events = Int16(truncatingIfNeeded: EPOLLRDHUP.rawValue)
        var entry = pollfd(fd: number, events: events, revents: 0)
        return unsafe poll(&entry, 1, 0) > 0
    }

    /// Has the thread wait until the socket is ready, or has failed.
    ///
    /// - Returns: False where the time was over before.
    public func wait(for readiness: Readiness, before limit: MonotonicTime) -> Bool {
        let left = limit.nanoseconds(since: .now()) / 1_000_000
        guard left > 0 else { return false }
        let events =
            (readiness.contains(.readable) ? POLLIN : 0) | (readiness.contains(.writable) ? POLLOUT : 0)
        var entry = pollfd(fd: number, events: Int16(events), revents: 0)
        _ = unsafe poll(&entry, 1, Int32(clamping: left))
        return true
    }

    /// Opens a socket for a library that connects it; programs which are started do not inherit it.
    ///
    /// - Parameters: As socket(2) has them.
    /// - Returns: The descriptor, which the caller closes.
    public static func open(
        family: Int32,
        kind: Int32,
        protocol number: Int32
    ) throws(SystemError) -> Int32 {
        let opened = socket(family, kind | Int32(SOCK_CLOEXEC.rawValue), number)
        guard opened >= 0 else { throw SystemError.last("socket") }
        return opened
    }

    /// Writes as much as the kernel takes of a part of a buffer.
    public func send(_ buffer: [UInt8], _ range: Range<Int>) -> StreamResult {
        let result = unsafe buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, range.upperBound <= bytes.count else { return 0 }
            return unsafe Glibc.send(number, base + range.lowerBound, range.count, Int32(MSG_NOSIGNAL))
        }
        if result > 0 { return .bytes(result) }
        if result == 0 { return .wouldBlock }
        return Self.failure("send")
    }

    /// The address at the other end, `nil` once the connection is broken.
    public var peerAddress: SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe getpeername(number, pointer, &length) == 0 else { return nil }
                return unsafe SocketAddress(pointer)
            }
        }
    }

    /// Says that nothing more is sent; what the peer sends can still be read.
    public func shutdownWriting() {
        _ = shutdown(number, Int32(SHUT_WR))
    }

    /// Makes the close that follows a reset, so that the peer cannot take a cut-off body for a whole one.
    public func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            number,
            SOL_SOCKET,
            SO_LINGER,
            &option,
            socklen_t(MemoryLayout<linger>.size)
        )
    }

    /// Sends small writes at once.
    public func disableNagle() {
        var on: Int32 = 1
        _ = unsafe setsockopt(
            number,
            Int32(IPPROTO_TCP),
            TCP_NODELAY,
            &on,
            socklen_t(MemoryLayout<Int32>.size)
        )
    }

    private static func failure(_ operation: StaticString) -> StreamResult {
        let error = SystemError.last(operation)
        return error.isNothingNow || error.isInterrupted ? .wouldBlock : .failed(error)
    }
}
