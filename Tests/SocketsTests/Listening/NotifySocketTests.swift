import Glibc
import TestSupport
import Testing

@testable import Sockets

@Suite struct NotifySocketTests {
    @Test func `lines go to a path as one datagram`() throws {
        let folder = try TemporaryFolder()
        let manager = try ActivationSocket(path: "\(folder.path)/notify", datagrams: true)
        let socket = try made("\(folder.path)/notify")
        socket.send("READY=1\nSTATUS=Serving")
        #expect(manager.datagram() == "READY=1\nSTATUS=Serving")
        #expect(manager.datagram() == nil)
    }

    @Test func `a name after @ is an abstract one`() throws {
        let name = "corsway-\(UInt64.random(in: .min ... .max))"
        let manager = try ActivationSocket(path: "@\(name)", datagrams: true)
        let socket = try made("@\(name)")
        socket.send("STOPPING=1")
        #expect(manager.datagram() == "STOPPING=1")
    }

    @Test func `nobody who listens is no error`() throws {
        let folder = try TemporaryFolder()
        let socket = try made("\(folder.path)/none")
        socket.send("READY=1")
    }

    @Test(arguments: ["", "relative", "vsock:2:1", "/" + String(repeating: "x", count: 200)])
    func `what is no unix socket is none`(path: String) {
        let isNone = NotifySocket(path) == nil
        #expect(isNone)
    }

    private func made(_ path: String) throws -> NotifySocket {
        guard let socket = NotifySocket(path) else { throw SocketError.ended("no socket for \(path)") }
        return socket
    }
}
