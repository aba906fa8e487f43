import COpenSSL
import TestSupport
import Testing

@testable import Sockets

@Suite struct IdentitySourceTests {
    /// Makes an identity when a name is first asked for, and remembers what was asked.
    private final class MadeOnDemand: IdentitySource {
        let fallback: ServedIdentity
        private(set) var asked: [String] = []
        private var made: [String: ServedIdentity] = [:]

        init() throws {
            fallback = try ServedIdentity(TestIdentities.localhost.get())
        }

        func identity(for name: String) -> ServedIdentity? {
            asked.append(name)
            if name == "unknown.example" { return nil }
            if let known = made[name] { return known }
            guard let identity = try? TestIdentities.identity("DNS:\(name)", commonName: name) else {
                return nil
            }
            made[name] = try? ServedIdentity(identity)
            return made[name]
        }
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `an identity may be made while a client waits, and is asked for once a handshake`(version: Int32)
        throws
    {
        let source = try MadeOnDemand()
        let context = try TLSContext(source, ticketKeys: TLSTicketKeys())
        let shown = try ["one.example", "Two.Example.", "one.example", "unknown.example", nil].map { name in
            let pair = try TLSPair(context, name: name, protocols: ["h2", "http/1.1"], version: version)
            #expect(try pair.connect() == .done)
            // What is chosen besides does not depend on who is shown.
            #expect(pair.client.chosenProtocol == "http/1.1")
            return pair.client.serverName
        }
        #expect(shown == ["one.example", "two.example", "one.example", "localhost", "localhost"])
        #expect(source.asked == ["one.example", "two.example", "one.example", "unknown.example"])
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a session of such an identity is resumed`(version: Int32) throws {
        let context = try TLSContext(MadeOnDemand(), ticketKeys: TLSTicketKeys())
        let first = try TLSPair(context, name: "one.example", version: version)
        try first.connect()
        // In TLS 1.3 tickets come behind the handshake.
        _ = first.serverSends("x")
        _ = first.clientReads()
        let second = try TLSPair(
            context,
            name: "one.example",
            version: version,
            resuming: first.client.ticket
        )
        #expect(try second.connect() == .done)
        #expect(second.client.isResumed)
    }

    @Test func `of two files for a name the first serves it, and no file is refused`() throws {
        let one = try TestIdentities.identity("DNS:a.example,DNS:*.b.example", commonName: "one")
        let two = try TestIdentities.identity("DNS:a.example,DNS:c.b.example", commonName: "two")
        let files = try FileIdentities([TestIdentities.localhost.get(), one, two])
        let (served, other) = (
            try #require(files.identity(for: "a.example")), files.identity(for: "c.b.example")
        )
        #expect(files.identity(for: "d.b.example") === served)
        #expect(other !== served && other != nil)
        #expect(files.identity(for: "d.c.b.example") == nil)
        #expect(files.identity(for: "example") == nil)
        #expect(throws: TLSIdentityError.self) { try FileIdentities([]) }
    }
}
