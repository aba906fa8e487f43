import Foundation

/// A socket that a program is started with, as a systemd socket unit makes it.
package final class ActivationSocket: Sendable {
    /// Numbered from 10 up, out of the way of the numbers that programs expect.
    package let descriptor: Int32
    /// 0 for a unix socket.
    package let port: Int

    /// A TCP socket on a free port, listening unless told otherwise.
    package init(host: String = "127.0.0.1", listens: Bool = true) throws {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw SocketError.system("socket", errno) }
        defer { Glibc.close(made) }
        try withSocketAddress(host: host, port: 0) { address, length, _ in
            guard bind(made, address, length) == 0, !listens || listen(made, 16) == 0 else {
                throw SocketError.system("listen", errno)
            }
        }
        port = TestListener.localPort(of: made)
        descriptor = fcntl(made, F_DUPFD_CLOEXEC, 10)
    }

    /// A unix socket of this kind at a path.
    package init(path: String, datagrams: Bool = false) throws {
        let kind = datagrams ? SOCK_DGRAM : SOCK_STREAM
        let made = socket(AF_UNIX, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw SocketError.system("socket", errno) }
        defer { Glibc.close(made) }
        try withUnixAddress(path) { address, length in
            guard bind(made, address, length) == 0, datagrams || listen(made, 16) == 0 else {
                throw SocketError.system("listen on \(path)", errno)
            }
        }
        port = 0
        descriptor = fcntl(made, F_DUPFD_CLOEXEC, 10)
    }

    deinit { close(descriptor) }

    /// Reads one datagram; nil where none has come.
    package func datagram() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
}

/// Calls `body` with the socket address of a path, or of an abstract name after `@`.
func withUnixAddress<T>(
    _ path: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> T
) throws -> T {
    var storage = sockaddr_un()
    storage.sun_family = sa_family_t(AF_UNIX)
    let isAbstract = path.hasPrefix("@")
    let bytes = isAbstract ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8)
    guard bytes.count < 108 else { throw SocketError.system("a path too long", ENAMETOOLONG) }
    withUnsafeMutableBytes(of: &storage.sun_path) { $0.copyBytes(from: bytes) }
    return try withUnsafePointer(to: &storage) { pointer in
        try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            // An abstract name is all that the length leaves.
            let size = MemoryLayout<sa_family_t>.size + bytes.count
            return try body($0, socklen_t(isAbstract ? size : MemoryLayout<sockaddr_un>.size))
        }
    }
}

extension Socket {
    /// Connects to a unix socket.
    package static func connect(toPath path: String) throws -> Socket {
        try withUnixAddress(path) { address, length in
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let descriptor = socket(AF_UNIX, kind, 0)
            guard descriptor >= 0 else { throw SocketError.system("socket", errno) }
            let made = Socket(descriptor: descriptor)
            guard Glibc.connect(descriptor, address, length) == 0 else {
                throw SocketError.system("connect", errno)
            }
            return made
        }
    }
}
