import Glibc
import IPAddresses
import TestSupport
import Testing

@testable import Sockets

@Suite struct ListeningSocketTests {
    private func address(_ text: String, _ port: UInt16 = 0) throws -> SocketAddress {
        SocketAddress(try #require(IPAddress(text)), port: port)
    }

    /// Whether nothing waits to be accepted.
    private func isQuiet(_ listener: borrowing ListeningSocket) -> Bool {
        if case .none = listener.accept() { true } else { false }
    }

    @Test(arguments: ["127.0.0.1", "::1", "0.0.0.0", "::"])
    func `port 0 becomes the one that the system chose`(host: String) throws {
        let listener = try ListeningSocket(try address(host))
        let place = listener.place
        let bound = try #require(place.address)
        #expect(bound.port != 0)
        #expect(bound.address == IPAddress(host))
    }

    @Test func `a port that is taken is told so`() throws {
        let listener = try ListeningSocket(try address("127.0.0.1"))
        let taken = try address("127.0.0.1", listener.port)
        #expect(throws: SystemError("bind", code: EADDRINUSE)) { _ = try ListeningSocket(taken) }
        #expect(SystemError("bind", code: EADDRINUSE).isAddressInUse)
    }

    @Test func `an address of another machine is an error of bind`() throws {
        let foreign = try address("203.0.113.1")
        #expect(throws: SystemError("bind", code: EADDRNOTAVAIL)) { _ = try ListeningSocket(foreign) }
        #expect(!SystemError("bind", code: EADDRNOTAVAIL).isAddressInUse)
    }

    @Test func `it accepts what waits, then says that nothing does`() throws {
        let listener = try ListeningSocket(try address("127.0.0.1"))
        let isQuietAtFirst = isQuiet(listener)
        #expect(isQuietAtFirst)
        let client = try RawClient(port: Int(listener.port), from: "127.0.0.2")
        let accepted = try accept(listener)
        #expect(StreamSocket(accepted.number).peerAddress?.address == IPAddress("127.0.0.2"))
        #expect(fcntl(accepted.number, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(accepted.number, F_GETFD) & FD_CLOEXEC != 0)
        let isEmptied = isQuiet(listener)
        #expect(isEmptied)
        client.socket.close()
    }

    @Test func `a dual-stack listener shows an IPv4 peer as one`() throws {
        let listener = try ListeningSocket(try address("::"))
        let client = try RawClient(port: Int(listener.port))
        try eventually("a connection") {
            switch listener.accept() {
            case .connection(_, let peer):
                #expect(peer.address == IPAddress("127.0.0.1"))
                return true
            case .none: return false
            case .aborted: return false
            case .failed: return false
            }
        }
        client.socket.close()
    }

    @Test func `an IPv6 address other than :: takes no IPv4`() throws {
        let listener = try ListeningSocket(try address("::1"))
        let port = Int(listener.port)
        #expect(throws: (any Error).self) { _ = try RawClient(port: port) }
    }

    @Test func `it closes with its owner`() throws {
        var port = 0
        do {
            let listener = try ListeningSocket(try address("127.0.0.1"))
            port = Int(listener.port)
        }
        #expect(throws: (any Error).self) { _ = try RawClient(port: port) }
    }

    @Test func `a port is shared where both say so`() throws {
        let listener = try ListeningSocket(try address("127.0.0.1"))
        let all = try address("0.0.0.0", listener.port)
        #expect(throws: SystemError.self) { _ = try ListeningSocket(all, sharesPort: true) }
        listener.setSharesPort(true)
        #expect(throws: SystemError.self) { _ = try ListeningSocket(all) }
        listener.setSharesPort(false)
        #expect(throws: SystemError.self) { _ = try ListeningSocket(all, sharesPort: true) }
        listener.setSharesPort(true)
        let beside = try ListeningSocket(all, sharesPort: true)
        #expect(beside.port == listener.port)
    }

    // MARK: Unix sockets

    @Test func `its file goes with it, one that another program has put there stays`() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/a.sock"
        var status = stat()
        let first = try ListeningSocket(unixPath: path, mode: 0o600)
        #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        first.removeFile()
        #expect(lstat(path, &status) != 0)
        let second = try ListeningSocket(unixPath: path, mode: 0o600)
        #expect(rename(path, "\(folder.path)/old") == 0)
        let other = try ActivationSocket(path: path)
        second.removeFile()
        #expect(lstat(path, &status) == 0)
        withExtendedLifetime(other) {}
    }

    @Test func `names and literals are resolved, unknown names to nothing`() throws {
        #expect(SocketAddress.resolve("127.0.0.1", port: 5) == [try address("127.0.0.1", 5)])
        #expect(SocketAddress.resolve("::1", port: 5) == [try address("::1", 5)])
        #expect(SocketAddress.resolve("localhost", port: 5).first == (try address("127.0.0.1", 5)))
        #expect(SocketAddress.resolve("no such name", port: 5).isEmpty)
        #expect("\(try address("::1", 5))" == "[::1]:5")
        #expect("\(try address("127.0.0.1", 5))" == "127.0.0.1:5")
    }
}
