import Foundation
import Synchronization

/// Why a socket gave up.
package enum SocketError: Error, Equatable {
    case reset
    case timedOut(String)
    case ended(String)
    case system(String, Int32)
}

/// One TCP connection of a test: non-blocking below, with a deadline for each step.
///
/// Reading and writing may happen on two threads at once.
package final class Socket: Sendable {
    /// What one read brought.
    package enum Arrival: Sendable, Equatable {
        case bytes([UInt8])
        case closed
        case reset
    }

    private let descriptor: Int32
    private let isClosed = Mutex(false)

    /// Takes over an open descriptor.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        set(TCP_NODELAY, level: Int32(IPPROTO_TCP), to: 1)
    }

    deinit { close() }

    /// A pair of connected local sockets: one for the test, one for a program that inherits it.
    ///
    /// The program's end is numbered from 10 up, out of the way of the numbers that programs expect, and is
    /// closed by the caller once the program has it.
    static func pair() throws -> (ours: Socket, theirs: Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw SocketError.system("socketpair", errno) }
        let ours = Socket(descriptor: ends[0])
        let theirs = fcntl(ends[1], F_DUPFD_CLOEXEC, 10)
        let code = errno
        Glibc.close(ends[1])
        guard theirs >= 0 else { throw SocketError.system("fcntl", code) }
        return (ours, theirs)
    }

    /// Connects to a listener.
    ///
    /// `source` is the local address to connect from, for limits that count addresses;
    /// `receiveBuffer` the bytes that the kernel may hold for a slow reader.
    package static func connect(
        to port: Int,
        host: String = "127.0.0.1",
        from source: String? = nil,
        receiveBuffer: Int? = nil
    ) throws -> Socket {
        try withSocketAddress(host: host, port: port) { address, length, family in
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let descriptor = socket(family, kind, 0)
            guard descriptor >= 0 else { throw SocketError.system("socket", errno) }
            let made = Socket(descriptor: descriptor)
            if let receiveBuffer { made.set(SO_RCVBUF, level: SOL_SOCKET, to: Int32(receiveBuffer)) }
            if let source {
                try withSocketAddress(host: source, port: 0) { local, size, _ in
                    guard bind(descriptor, local, size) == 0 else { throw SocketError.system("bind", errno) }
                }
            }
            if Glibc.connect(descriptor, address, length) != 0 {
                guard errno == EINPROGRESS else { throw SocketError.system("connect", errno) }
                try made.wait(for: POLLOUT, until: Deadline(), "connecting to \(host):\(port)")
                let code = made.pendingError
                guard code == 0 else { throw SocketError.system("connect", code) }
            }
            return made
        }
    }

    /// Reads what has arrived, or waits for it.
    package func read(atMost count: Int = 65_536, until deadline: Deadline = Deadline()) throws -> Arrival {
        while true {
            var failure: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let got = recv(descriptor, buffer.baseAddress, count, 0)
                failure = got < 0 ? errno : 0
                filled = max(0, got)
            }
            switch failure {
            case 0: return bytes.isEmpty ? .closed : .bytes(bytes)
            case EAGAIN: try wait(for: POLLIN, until: deadline, "reading")
            case EINTR: continue
            case ECONNRESET, EPIPE: return .reset
            default: throw SocketError.system("recv", failure)
            }
        }
    }

    /// Writes all the bytes.
    package func write(_ bytes: [UInt8], until deadline: Deadline = Deadline()) throws {
        var sent = 0
        while sent < bytes.count {
            sent += try write(bytes[sent...], until: deadline)
        }
    }

    /// Writes as much as the kernel takes at once, and returns how much that was.
    private func write(_ bytes: ArraySlice<UInt8>, until deadline: Deadline) throws -> Int {
        while true {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return count }
            switch errno {
            case EAGAIN: try wait(for: POLLOUT, until: deadline, "writing")
            case EINTR: continue
            case ECONNRESET, EPIPE: throw SocketError.reset
            default: throw SocketError.system("send", errno)
            }
        }
    }

    /// Sends FIN: the peer sees the end, this side can still read.
    package func finishWriting() { withOpenDescriptor { shutdown($0, Int32(SHUT_WR)) } }

    /// Ends both directions, so that a thread that waits on the socket wakes up.
    package func shutDown() { withOpenDescriptor { shutdown($0, Int32(SHUT_RDWR)) } }

    /// Closes with RST instead of FIN.
    package func reset() {
        withOpenDescriptor { descriptor in
            var option = linger(l_onoff: 1, l_linger: 0)
            return setsockopt(
                descriptor,
                SOL_SOCKET,
                SO_LINGER,
                &option,
                socklen_t(MemoryLayout<linger>.size)
            )
        }
        close()
    }

    package func close() {
        isClosed.withLock { closed in
            if !closed { Glibc.close(descriptor) }
            closed = true
        }
    }

    /// Keeps away from a number that another test may own by now.
    private func withOpenDescriptor(_ body: (Int32) -> Int32) {
        isClosed.withLock { closed in
            if !closed { _ = body(descriptor) }
        }
    }

    private func wait(for events: Int32, until deadline: Deadline, _ what: String) throws {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let ready = poll(&entry, 1, deadline.milliseconds)
            if ready > 0 { return }
            if ready == 0 { throw SocketError.timedOut(what) }
            if errno != EINTR { throw SocketError.system("poll", errno) }
        }
    }

    private var pendingError: Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        return code
    }

    private func set(_ option: Int32, level: Int32, to value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
