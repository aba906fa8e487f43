import Foundation
import TestSupport
import Testing

/// Responses that are complete on the proxy's side while the client has not taken them yet.
@Suite(.serialized) struct UnreadResponseTests {
    private static let step = 32_768

    /// An upstream whose path is the number of bytes it answers with.
    private func sized() throws -> ScriptedUpstream {
        try ScriptedUpstream { request in
            Answer.text(String(repeating: "x", count: Int(request.target.dropFirst()) ?? 0))
        }
    }

    /// Clients that have asked for bodies of growing sizes and read none: some of these fill the kernel's
    /// buffers and leave a rest with the proxy, which has all of the upstream's response.
    private func clients(of proxy: ProxyProcess, _ upstream: ScriptedUpstream) throws -> [RawClient] {
        let clients = try (0..<110).map { number in
            let client = try proxy.connect(receiveBuffer: 8_192)
            try client.send(proxy.head("GET", upstream.url("/\(number * Self.step)")))
            return client
        }
        try eventually("all have been asked for") { upstream.requests.count == clients.count }
        return clients
    }

    private func expectWhole(_ clients: [RawClient]) throws {
        for (number, client) in clients.enumerated() {
            let bytes = try client.readResponse().body.count
            #expect(bytes == number * Self.step)
        }
    }

    @Test func `idleTimeout does not cut off a response that the client is slow to take`() throws {
        let upstream = try sized()
        let proxy = try ProxyProcess(#"{"limits": {"idleTimeout": "200ms", "writeTimeout": "600s"}}"#)
        let clients = try clients(of: proxy, upstream)
        _ = try settled("the upstream") { upstream.requests.count }
        try expectWhole(clients)
    }

    @Test func `a drain finishes a response that the client is slow to take`() throws {
        let upstream = try sized()
        let proxy = try ProxyProcess(#"{"limits": {"writeTimeout": "600s", "drainTimeout": "600s"}}"#)
        let clients = try clients(of: proxy, upstream)
        _ = try settled("the upstream") { upstream.requests.count }
        proxy.child.send(signal: SIGTERM)
        try eventually("the listener is closed") {
            if case .failure = Result(catching: { try proxy.connect() }) { true } else { false }
        }
        try expectWhole(clients)
        #expect(try proxy.child.exit() == .status(0))
    }

    /// How much of a response's body a client gets, which may be told nothing at all.
    private func received(by client: RawClient) throws -> Int {
        do {
            return try client.readResponse().body.count
        } catch SocketError.ended {
            return 0
        }
    }

    @Test func `a client that has closed its sending side gets a response that the proxy has whole`() throws {
        let upstream = try sized()
        let proxy = try ProxyProcess()
        let clients = try clients(of: proxy, upstream)
        for client in clients { client.socket.finishWriting() }
        _ = try settled("the proxy") { proxy.child.cpuMilliseconds }
        for (number, client) in clients.enumerated() {
            let size = number * Self.step
            let bytes = try received(by: client)
            // A half-closed client that takes nothing for a while counts as gone, and its request as given up.
            let wasGivenUp =
                try bytes < size
                && proxy.logLines(with: "/\(size) ").contains { $0.contains("client closed") }
            #expect(bytes == size || wasGivenUp)
        }
    }

    @Test func `pipelined requests for own pages are not read while nobody reads the answers`() throws {
        let proxy = try ProxyProcess()
        let client = try proxy.connect(receiveBuffer: 8_192)
        let before = proxy.child.residentBytes
        let socket = client.socket
        let count = 400_000
        let piece = Array(String(repeating: proxy.head("GET", "iscorsneeded"), count: 1_000).utf8)
        let sent = Counter()
        let flood = Background {
            for _ in 0..<(count / 1_000) {
                try socket.write(piece)
                sent.add(piece.count)
            }
        }
        #expect(try settled("the flood") { sent.value } < piece.count * count / 1_000)
        #expect(proxy.child.residentBytes - before < 16 << 20)
        // Nothing is lost: they are answered, in order, once somebody reads.
        for _ in 0..<2_000 { #expect(try client.readResponse().text == "no") }
        socket.shutDown()
        if case .success = Result(catching: { try flood.value() }) { Issue.record("all were taken") }
    }
}
