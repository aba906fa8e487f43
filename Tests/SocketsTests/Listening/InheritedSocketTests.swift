import Glibc
import IPAddresses
import TestSupport
import Testing

@testable import Sockets

@Suite struct InheritedSocketTests {
    private let own = ["LISTEN_PID": "\(getpid())"]

    @Test(arguments: [
        [:], ["LISTEN_FDS": "1"], ["LISTEN_PID": "1", "LISTEN_FDS": "1"],
        ["LISTEN_PID": "x", "LISTEN_FDS": "1"],
    ])
    func `without this process's number there are none`(environment: [String: String]) throws {
        #expect(try InheritedSocket.all(in: environment).isEmpty)
    }

    @Test func `a number alone hands nothing over`() throws {
        #expect(try InheritedSocket.all(in: own).isEmpty)
        #expect(try InheritedSocket.all(in: own.merging(["LISTEN_FDS": "0"]) { $1 }).isEmpty)
    }

    @Test(arguments: ["", "-1", "65", "one", "99999999999"])
    func `a count that is none is refused`(count: String) {
        let environment = own.merging(["LISTEN_FDS": count]) { $1 }
        #expect(throws: InheritedSocket.Failure.self) { try InheritedSocket.all(in: environment) }
    }

    @Test func `a listening socket tells its address, and is made fit to be polled`() throws {
        let socket = try ActivationSocket()
        _ = fcntl(socket.descriptor, F_SETFD, 0)
        let inherited = try InheritedSocket(socket.descriptor)
        let host = try #require(IPAddress("127.0.0.1"))
        #expect(inherited.place == .address(SocketAddress(host, port: UInt16(socket.port))))
        #expect(fcntl(socket.descriptor, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test func `a unix socket tells its path, and keeps its file when it is closed`() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/a.sock"
        let socket = try ActivationSocket(path: path)
        let inherited = try InheritedSocket(dup(socket.descriptor))
        #expect(inherited.place == .unix(path))
        do {
            let listener = ListeningSocket(inherited)
            listener.setMode(0o600)
            listener.removeFile()
        }
        var status = stat()
        #expect(lstat(path, &status) == 0)
        #expect(status.st_mode & 0o777 != 0o600, "its mode is its maker's")
    }

    @Test func `what is not listened on, no stream or not open is refused`() throws {
        let folder = try TemporaryFolder()
        let deaf = try ActivationSocket(listens: false)
        let datagrams = try ActivationSocket(path: "\(folder.path)/d", datagrams: true)
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        for number in [deaf.descriptor, datagrams.descriptor, file, 999_999] {
            #expect(throws: InheritedSocket.Failure.self) { try InheritedSocket(number) }
        }
    }
}
