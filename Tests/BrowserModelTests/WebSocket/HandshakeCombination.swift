import Foundation

/// The subprotocols of a script, what an upstream answers to its handshake, and what is to come of it.
///
/// In answers `{accept}` stands for what Sec-WebSocket-Accept has to be.
struct HandshakeCombination: Sendable {
    let name: String
    let subprotocols: [String]
    /// All that is sent; the connection is closed behind it, at once or where a 101 has come to its end.
    let answer: String
    /// `open`, or the name of what Chromium does not take.
    let verdict: String
    /// Whether Firefox opens the WebSocket.
    let opensInFirefox: Bool

    private init(
        _ name: String,
        _ verdict: String,
        offering subprotocols: [String] = [],
        inFirefox: Bool = false,
        _ answer: String
    ) {
        self.name = name
        self.verdict = verdict
        self.subprotocols = subprotocols
        self.answer = answer
        opensInFirefox = inFirefox
    }

    /// One that Chromium takes.
    private static func open(
        _ name: String,
        offering subprotocols: [String] = [],
        inFirefox: Bool = true,
        _ answer: String
    ) -> HandshakeCombination {
        .init(name, "open", offering: subprotocols, inFirefox: inFirefox, answer)
    }

    /// A 101 of some lines.
    private static func switching(_ lines: String...) -> String {
        "HTTP/1.1 101 Switching Protocols\r\n\(lines.map { "\($0)\r\n" }.joined())\r\n"
    }

    /// A 101 that is right, with more lines.
    private static func right(_ lines: String...) -> String {
        "HTTP/1.1 101 Switching Protocols\r\n\(([upgrade, connection, accept] + lines).map { "\($0)\r\n" }.joined())\r\n"
    }

    private static let upgrade = "Upgrade: websocket"
    private static let connection = "Connection: Upgrade"
    private static let accept = "Sec-WebSocket-Accept: {accept}"

    private static func refusal(_ status: Int, _ line: String? = nil) -> HandshakeCombination {
        HandshakeCombination(
            "status \(status)",
            "websocket-status",
            "HTTP/1.1 \(status) Scripted\r\nContent-Length: 2\r\n\(line.map { "\($0)\r\n" } ?? "")\r\nok"
        )
    }

    static let all = fields + subprotocols + extensions + statuses + heads

    private static let fields: [HandshakeCombination] = [
        open("a right answer", right()),
        open(
            "another case",
            switching(
                "upgrade: WebSocket",
                "connection: keep-alive, UPGRADE",
                "sec-websocket-accept: {accept}"
            )
        ),
        .init("no Upgrade", "websocket-upgrade", switching(connection, accept)),
        .init("another Upgrade", "websocket-upgrade", switching("Upgrade: h2c", connection, accept)),
        .init(
            "Upgrade to two",
            "websocket-upgrade",
            inFirefox: true,
            switching("Upgrade: websocket, h2c", connection, accept)
        ),
        .init(
            "Upgrade twice",
            "websocket-upgrade",
            inFirefox: true,
            switching(upgrade, upgrade, connection, accept)
        ),
        .init("no Accept", "websocket-accept", switching(upgrade, connection)),
        .init(
            "a wrong Accept",
            "websocket-accept",
            switching(upgrade, connection, "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        ),
        .init("Accept twice", "websocket-accept", switching(upgrade, connection, accept, accept)),
        .init("no Connection", "websocket-connection", switching(upgrade, accept)),
        .init("Connection: close", "websocket-connection", switching(upgrade, "Connection: close", accept)),
        .init(
            "all wrong, Accept first",
            "websocket-accept",
            switching(upgrade, "Connection: close", "Sec-WebSocket-Accept: x")
        ),
        open("Connection twice", right("Connection: keep-alive")),
        open("another version", right("Sec-WebSocket-Version: 8")),
        .init("an empty Upgrade", "websocket-upgrade", switching("Upgrade:", connection, accept)),
        .init(
            "a comma behind Upgrade",
            "websocket-upgrade",
            inFirefox: true,
            switching("Upgrade: websocket,", connection, accept)
        ),
        .init("an empty Connection", "websocket-connection", switching(upgrade, "Connection:", accept)),
        .init("another Accept beside", "websocket-accept", right("Sec-WebSocket-Accept: x")),
        open("a length", right("Content-Length: 0")),
    ]

    private static let protocolField = "Sec-WebSocket-Protocol:"

    private static let subprotocols: [HandshakeCombination] = [
        open("one of two", offering: ["a", "b"], right("\(protocolField) b")),
        .init("none of two", "websocket-subprotocol", offering: ["a", "b"], inFirefox: true, right()),
        .init(
            "one that was not offered",
            "websocket-subprotocol",
            offering: ["a", "b"],
            right("\(protocolField) c")
        ),
        .init("another case of one", "websocket-subprotocol", offering: ["a"], right("\(protocolField) A")),
        .init("two of two", "websocket-subprotocol", offering: ["a", "b"], right("\(protocolField) a, b")),
        .init("an empty one", "websocket-subprotocol", offering: ["a"], right(protocolField)),
        .init("one unasked", "websocket-subprotocol", inFirefox: true, right("\(protocolField) a")),
    ]

    private static let deflate = "Sec-WebSocket-Extensions: permessage-deflate"

    private static let extensions: [HandshakeCombination] = [
        open("compression", right("\(deflate); server_no_context_takeover")),
        open("a window", right("\(deflate); client_max_window_bits=9")),
        open("a quoted window", right("\(deflate); server_max_window_bits=\"10\"")),
        .init("a window of 7", "websocket-extensions", right("\(deflate); server_max_window_bits=7")),
        .init("no size of a window", "websocket-extensions", right("\(deflate); client_max_window_bits")),
        .init("a parameter twice", "websocket-extensions", right("\(deflate); a; a")),
        .init(
            "a known parameter twice",
            "websocket-extensions",
            right("\(deflate); server_no_context_takeover; server_no_context_takeover")
        ),
        .init(
            "a value too much",
            "websocket-extensions",
            right("\(deflate); server_no_context_takeover=1")
        ),
        .init("another extension", "websocket-extensions", right("Sec-WebSocket-Extensions: x-foo")),
        .init("compression twice", "websocket-extensions", right("\(deflate), permessage-deflate")),
        .init("no extension", "websocket-extensions", right("Sec-WebSocket-Extensions: ;;")),
    ]

    private static let statuses: [HandshakeCombination] = [
        refusal(200), refusal(204), refusal(302, "Location: /0"), refusal(400),
        refusal(401, "WWW-Authenticate: Basic realm=x"), refusal(403), refusal(404),
        refusal(426, "Sec-WebSocket-Version: 8"), refusal(501), refusal(503, "Retry-After: 1"),
        .init(
            "status 407",
            "net::ERR_UNEXPECTED_PROXY_AUTH",
            "HTTP/1.1 407 Scripted\r\nContent-Length: 0\r\n\r\n"
        ),
        .init(
            "an interim response",
            "websocket-status",
            inFirefox: true,
            "HTTP/1.1 103 Early Hints\r\n\r\n" + right()
        ),
    ]

    private static let heads: [HandshakeCombination] = [
        open("bare line feeds", right().replacingOccurrences(of: "\r\n", with: "\n")),
        open("HTTP/1.0", inFirefox: false, right().replacingOccurrences(of: "HTTP/1.1", with: "HTTP/1.0")),
        open("a folded field", switching(upgrade, "Connection:\r\n Upgrade", accept)),
        open(
            "a space before a colon",
            inFirefox: false,
            switching("Upgrade : websocket", connection, accept)
        ),
        open("an empty line first", "\r\n" + right()),
        .init("no status", "websocket-status", "HTTP/1.1\r\n\(upgrade)\r\n\r\n"),
        .init("nothing", "net::ERR_EMPTY_RESPONSE", ""),
        .init("a head that ends in the middle", "net::ERR_CONNECTION_CLOSED", "HTTP/1.1 101 S\r\nUpgrade: "),
        .init("another protocol", "net::ERR_INVALID_HTTP_RESPONSE", "SSH-2.0-OpenSSH_9.2\r\n"),
    ]
}
