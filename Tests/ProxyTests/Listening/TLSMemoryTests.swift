import TestSupport
import Testing

/// What a TLS handshake costs that somebody leaves unfinished.
@Suite(.serialized) struct TLSMemoryTests {
    private static let count = 400

    /// How much the proxy grows by a client that sends these bytes and nothing more.
    private func growth(_ bytes: [UInt8]) throws -> Int {
        let stage = try TLSStage(#", "limits": {"headerTimeout": "600s"}, "log": {"level": "error"}"#)
        #expect(try stage.curl(stage.url("iscorsneeded")) == "no")
        let before = try settled("the memory") { stage.proxy.child.residentBytes }
        let clients = try (0..<Self.count).map { _ in
            let client = try stage.proxy.connect()
            try client.send(bytes)
            return client
        }
        let after = try settled("the memory") { stage.proxy.child.residentBytes }
        #expect(try stage.curl(stage.url("iscorsneeded")) == "no")
        for client in clients { client.socket.close() }
        return (after - before) / Self.count
    }

    private static let start: [UInt8] = [0x16, 3, 1, 0x3E, 0x80, 1, 0, 0x3E, 0x7C]

    @Test(arguments: [0, 8_000])
    func `a part of a ClientHello costs no memory of OpenSSL's`(more: Int) throws {
        #expect(try growth(Self.start + [UInt8](repeating: 3, count: more)) < 6_000)
    }

    @Test func `a hello that announces 128 KiB is refused`() throws {
        let stage = try TLSStage()
        let client = try stage.proxy.connect()
        try client.send([0x16, 3, 1, 0, 6, 1, 2, 0, 0, 3, 3])
        #expect(try client.reader.readToEnd() == [21, 3, 3, 0, 2, 2, 47])
    }
}
