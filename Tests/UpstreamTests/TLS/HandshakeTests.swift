import Foundation
import HTTPSyntax
import Sockets
import TestSupport
import Testing

@testable import Upstream

/// What a TLS connection to an upstream costs, and whom it trusts.
@Suite struct HandshakeTests {
    private static let authority = Result { try CertificateAuthority() }
    private static let stranger = Result { try CertificateAuthority() }
    private let harness: PoolHarness

    init() throws {
        harness = try PoolHarness()
    }

    private func nginx(
        _ version: String,
        _ server: String = "",
        offersHTTP2: Bool = false
    ) throws -> NginxProcess {
        try NginxProcess(
            files: ["a.txt": Array("hello".utf8)],
            server: "ssl_protocols \(version); \(server)",
            certificate: Self.authority.get().issue(),
            offersHTTP2: offersHTTP2
        )
    }

    /// Makes a new connection and reads one response, with the tickets before it.
    @discardableResult
    private func exchange(_ asking: Asking) throws -> String {
        let connection = try harness.connect(asking.request, fresh: true)
        let request = Array("GET /a.txt HTTP/1.0\r\nHost: localhost\r\n\r\n".utf8)
        #expect(connection.send(request, 0..<request.count) == .bytes(request.count))
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var text = ""
        try harness.turn(until: "the response") {
            if case .bytes(let count) = connection.receive(into: &buffer) {
                text += String(decoding: buffer[..<count], as: UTF8.self)
            }
            return text.hasSuffix("hello")
        }
        harness.pool.discard(connection)
        return text
    }

    private func resumptions() -> [Bool] { harness.pool.takeDialTimes().map(\.isResumed) }

    private func isRefused(_ asking: Asking) throws -> Bool {
        try harness.failure(asking.request) == .tls(.unknownAuthority)
    }

    // MARK: Cost

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func `twenty connections read the authorities once and shake hands in full once`(version: String) throws {
        let store = TrustStore(file: try Self.authority.get().certificate)
        let asking = Asking(try nginx(version), trust: store)
        for _ in 0..<20 { try exchange(asking) }
        #expect(store.reading.number == 1)
        #expect(resumptions() == [false] + [Bool](repeating: true, count: 19))
    }

    @Test func `those that ask before the authorities are read wait for one reading`() throws {
        let store = TrustStore(file: try Self.authority.get().certificate)
        let asking = Asking(try nginx("TLSv1.3"), trust: store)
        let takings = (0..<10).map { _ in harness.take(asking.request, fresh: true) }
        let given = harness.take(asking.request, fresh: true)
        #expect(harness.pool.figures.dialing == 11)
        if let ticket = given.ticket { harness.pool.cancel(ticket) }
        try harness.turn(until: "all are connected") { takings.allSatisfy { $0.connection != nil } }
        #expect(given.result == nil)
        #expect(store.reading.number == 1)
    }

    @Test func `authorities that cannot be read are the reason, and nothing is sent`() throws {
        let asking = Asking(try nginx("TLSv1.3"), trust: TrustStore(file: "/nonexistent/ca.pem"))
        #expect(try harness.failure(asking.request) == .tls(.authoritiesUnreadable))
        #expect(harness.pool.connectionCount == 0)
    }

    // MARK: Protocols

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func `an upstream that would choose HTTP2 is spoken to in HTTP1`(version: String) throws {
        let store = TrustStore(file: try Self.authority.get().certificate)
        let response = try exchange(Asking(try nginx(version, offersHTTP2: true), trust: store))
        #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
    }

    // MARK: Trust

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func `who is trusted by one profile is not by another, whatever came before`(version: String) throws {
        let trusting = Asking(
            try nginx(version),
            trust: TrustStore(file: try Self.authority.get().certificate)
        )
        var other = trusting
        other.profile = 1
        other.trust = TrustStore(file: try Self.stranger.get().certificate)
        var system = trusting
        system.profile = 2
        system.trust = nil
        var lax = trusting
        lax.profile = 3
        lax.verifiesTLS = false
        lax.trust = other.trust
        for _ in 1...2 {
            try exchange(lax)
            #expect(try isRefused(other))
            #expect(try isRefused(system))
            try exchange(trusting)
        }
        #expect(try isRefused(other))
        #expect(try isRefused(system))
    }

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func `an authority that is taken out of the file is trusted no more, not by a session either`(
        version: String
    ) throws {
        let folder = try TemporaryFolder()
        func trust(_ authority: CertificateAuthority) throws {
            try folder.write(String(contentsOfFile: authority.certificate, encoding: .utf8), to: "ca.pem")
        }
        try trust(Self.authority.get())
        let store = TrustStore(file: "\(folder.path)/ca.pem")
        let asking = Asking(try nginx(version), trust: store)
        try exchange(asking)
        try trust(Self.stranger.get())
        store.refresh()
        #expect(try isRefused(asking))
        try trust(Self.authority.get())
        store.refresh()
        try exchange(asking)
    }

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func `a name that the certificate is not for is refused, on a resumed session too`(version: String) throws
    {
        let nginx = try nginx(version, "ssl_session_cache shared:s:1m;")
        let store = TrustStore(file: try Self.authority.get().certificate)
        var asking = Asking(nginx, trust: store)
        try exchange(asking)
        asking.host = "wrong.localhost"
        for _ in 1...3 {
            #expect(try harness.failure(asking.request) == .tls(.otherName(["localhost"])))
        }
        asking.host = "localhost"
        try exchange(asking)
    }

    @Test func `a session that fails is not offered again`() throws {
        let nginx = try nginx("TLSv1.3")
        let asking = Asking(nginx, trust: TrustStore(file: try Self.authority.get().certificate))
        try exchange(asking)
        _ = resumptions()
        // A dial that fails, for whatever reason, takes the sessions of its host along.
        var short = asking
        short.access = .none
        _ = try harness.failure(short.request)
        _ = resumptions()
        try exchange(asking)
        #expect(resumptions() == [false])
    }

    // MARK: What stays behind

    @Test func `failures, refusals and cancellations leave no handler behind`() throws {
        let nginx = try nginx("TLSv1.3")
        var asking = Asking(nginx, trust: TrustStore(file: try Self.authority.get().certificate))
        // Without a look-up, whose end a cancellation would not wait for.
        asking.host = "127.0.0.1"
        let other = asking.with {
            $0.profile = 1
            $0.trust = TrustStore(file: "/nonexistent/ca.pem")
        }
        func round() throws {
            try exchange(asking)
            _ = try harness.failure(other)
            if let ticket = harness.take(asking.request, fresh: true).ticket { harness.pool.cancel(ticket) }
        }
        try round()
        let before = harness.loop.handlerCount
        for _ in 0..<10 { try round() }
        #expect(harness.loop.handlerCount == before)
        #expect(harness.pool.connectionCount == 0)
        #expect(harness.pool.figures.easyHandles == 0)
    }
}
