import TestSupport
import Testing

/// A handshake that breaks a rule of RFC 6455 §4.2.1.
struct WrongHandshake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var method = "GET"
    var version = "1.1"
    var fields: [String]
    var body = ""
    var status = 400
    var code = "websocket-invalid"

    /// - Parameters:
    ///   - dropped: The field of a good handshake that is left out.
    ///   - added: The lines in its place.
    init(_ name: String, without dropped: String = "-", with added: String...) {
        testDescription = name
        fields = WebSocketHandshake.fields.filter { !$0.hasPrefix(dropped + ":") } + added
    }

    /// The same with something else about it.
    func with(_ change: (inout WrongHandshake) -> Void) -> WrongHandshake {
        var changed = self
        change(&changed)
        return changed
    }

    private static func key(_ name: String, _ values: String...) -> WrongHandshake {
        var made = WrongHandshake("a key \(name)", without: "Sec-WebSocket-Key")
        made.fields += values.map { "Sec-WebSocket-Key: \($0)" }
        return made
    }

    private static func version(_ name: String, _ values: String...) -> WrongHandshake {
        var made = WrongHandshake("a version \(name)", without: "Sec-WebSocket-Version")
        made.fields += values.map { "Sec-WebSocket-Version: \($0)" }
        (made.status, made.code) = (426, "websocket-version")
        return made
    }

    private static func subprotocols(_ name: String, _ values: String...) -> WrongHandshake {
        var made = WrongHandshake("subprotocols \(name)")
        made.fields += values.map { "Sec-WebSocket-Protocol: \($0)" }
        return made
    }

    static let all: [WrongHandshake] =
        [
            WrongHandshake("POST", with: "Content-Length: 0").with { $0.method = "POST" },
            WrongHandshake("PUT without a body").with { $0.method = "PUT" },
            WrongHandshake("no Connection", without: "Connection"),
            WrongHandshake("a Connection for nothing", without: "Connection", with: "Connection: keep-alive"),
            WrongHandshake("a body", with: "Content-Length: 5").with { $0.body = "hello" },
            WrongHandshake("a body in chunks", with: "Transfer-Encoding: chunked").with {
                $0.body = "5\r\nhello\r\n0\r\n\r\n"
            },
            version("that is old", "8"), version("that is missing"), version("with a sign", "+13"),
            version("that is a list", "13, 8"), version("that is empty", ""),
            key("of 15 bytes", "YWFhYWFhYWFhYWFhYWFh"), key("of 17 bytes", "YWFhYWFhYWFhYWFhYWFhYWE="),
            key("that is missing"), key("that is empty", ""),
            key("without padding", "dGhlIHNhbXBsZSBub25jZQ"),
            key("that is no base64", "dGhlIHNhbXBsZSBub25j!Q=="),
            key("of another alphabet", "dGhlIHNhbXBsZSBub25jZ-=="),
            key("with a space in it", "dGhlIHNhbXBs ZSBub25jZQ=="),
            key("that comes twice", WebSocketHandshake.key, WebSocketHandshake.key),
            key("that is a list", "\(WebSocketHandshake.key), \(WebSocketHandshake.key)"),
            subprotocols("that are one twice", "a, a"),
            subprotocols("that are one on two lines", "a", "b, a"),
            subprotocols("that are no tokens", "a b"), subprotocols("with quotes", "\"a\""),
        ]
}
