import Foundation

/// A listening TCP socket of a test.
final class TestListener: Sendable {
    private let descriptor: Int32
    let port: Int

    /// Listens on a numeric address; port 0 takes any free one.
    init(host: String, port: Int = 0, backlog: Int32 = 512) throws {
        let descriptor = try withSocketAddress(host: host, port: port) { address, length, family in
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let made = socket(family, kind, 0)
            guard made >= 0 else { throw SocketError.system("socket", errno) }
            var yes: Int32 = 1
            setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            guard bind(made, address, length) == 0, listen(made, backlog) == 0 else {
                let code = errno
                close(made)
                throw SocketError.system("listen on \(host):\(port)", code)
            }
            return made
        }
        self.descriptor = descriptor
        self.port = TestListener.localPort(of: descriptor)
    }

    deinit { close(descriptor) }

    /// The next connection; nil when none came within a short while.
    func accept() -> Socket? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 20) > 0 else { return nil }
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return Socket(descriptor: accepted)
    }

    static func localPort(of descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                // The port stands at the same place in sockaddr_in.
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = getsockname(descriptor, $0, &length)
                }
                return Int(UInt16(bigEndian: address.pointee.sin6_port))
            }
        }
    }
}

/// A port that was free a moment ago, for servers that cannot take port 0.
package func freePort() throws -> Int { try TestListener(host: "127.0.0.1").port }

/// A port that takes connections in the kernel but never finishes another handshake: connecting to it hangs.
package final class FullBacklog: Sendable {
    private let listener: TestListener
    private let waiting: [Socket]

    package var port: Int { listener.port }

    package init() throws {
        let listener = try TestListener(host: "127.0.0.1", backlog: 0)
        self.listener = listener
        waiting = try [Socket.connect(to: listener.port)]
    }
}
