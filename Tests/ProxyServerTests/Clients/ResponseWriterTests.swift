import HTTPSyntax
import Testing

@testable import ProxyServer

/// What HTTP/1.1 and HTTP/1.0 are told of a response's body and of their connection.
@Suite struct ResponseWriterTests {
    /// Version, length, whether it may persist; then the lines that say so, and whether it does.
    private static let table: [(HTTPVersion, BodyLength, Bool, lines: [String], persists: Bool)] = [
        (.http11, .none, true, [], true),
        (.http11, .known(2), true, [], true),
        (.http11, .unknown, true, ["transfer-encoding: chunked"], true),
        (.http11, .none, false, ["connection: close"], false),
        (.http11, .unknown, false, ["transfer-encoding: chunked", "connection: close"], false),
        (.http10, .none, true, ["connection: keep-alive"], true),
        (.http10, .known(2), true, ["connection: keep-alive"], true),
        (.http10, .unknown, true, ["connection: close"], false),
        (.http10, .known(2), false, ["connection: close"], false),
    ]

    @Test(arguments: table)
    func `a body is delimited as the client knows, and only then the connection persists`(
        version: HTTPVersion,
        length: BodyLength,
        mayPersist: Bool,
        lines: [String],
        persists: Bool
    ) {
        var writer = ResponseWriter(to: version)
        var bytes: [UInt8] = []
        var head = ResponseHead(version: .http10, status: 200, reason: "OK", fields: FieldSection())
        writer.complete(&head, length, persists: mayPersist)
        head.write(to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let written = text.split(separator: "\r\n").map { $0.lowercased() }
        #expect(written == ["http/1.1 200 ok"] + lines)
        #expect(writer.persists == persists)
        #expect(writer.isDelimited == (length != .unknown || version == .http11))
    }

    @Test(arguments: [(HTTPVersion.http11, "2\r\nab\r\n0\r\n\r\n"), (.http10, "ab")])
    func `a body of unknown length goes out in chunks, or until the connection ends`(
        version: HTTPVersion,
        sent: String
    ) {
        var writer = ResponseWriter(to: version)
        var bytes: [UInt8] = []
        var head = ResponseHead(version: .http11, status: 200, reason: "OK", fields: FieldSection())
        writer.complete(&head, .unknown, persists: true)
        writer.write([0x61, 0x62][...], to: &bytes)
        writer.writeEnd(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == sent)
    }
}
