/// What an answer to a handshake has to be, and what to do where it is not.
struct HandshakeMend {
    private static let switching = "HTTP/1.1 101 Switching Protocols"

    private let request: PageRequest
    private let subprotocols: [String]
    /// Where a redirect leads, as a script would write it; nil where that is not known.
    private let redirectTarget: String?
    /// Whether a proxy has answered in the server's place.
    private let isThroughProxy: Bool

    init(_ request: PageRequest, subprotocols: [String], redirectTarget: String?, isThroughProxy: Bool) {
        self.request = request
        self.subprotocols = subprotocols
        self.redirectTarget = redirectTarget
        self.isThroughProxy = isThroughProxy
    }

    /// Lines of a response head, or a sentence.
    func needed(for failure: WebSocketFailure, in answer: WireAnswer) -> [String] {
        switch failure {
        case .status where answer.proxyError != nil: [Self.switching]
        case .status(let status): [Self.switching, advice(status, answer)]
        case .missing("Sec-WebSocket-Accept"), .repeated("Sec-WebSocket-Accept"), .accept:
            ["Sec-WebSocket-Accept: \(HandshakeKey.accept)"]
        case .missing("Upgrade"), .repeated("Upgrade"), .upgrade: ["Upgrade: websocket"]
        case .missing, .connectionField: ["Connection: Upgrade"]
        case .unaskedSubprotocol: ["no Sec-WebSocket-Protocol, or a subprotocol that the script offers"]
        case .repeated, .foreignSubprotocol, .noSubprotocol:
            ["Sec-WebSocket-Protocol: \(subprotocols.joined(separator: ", or "))"]
        case .extensions: ["Sec-WebSocket-Extensions: permessage-deflate, or none"]
        default: ["an answer"]
        }
    }

    private func advice(_ status: Int, _ answer: WireAnswer) -> String {
        switch status {
        case 200...299:
            "nothing speaks WebSocket at this path: look at the path, and at a server in front, which has to pass "
                + "Upgrade and Connection on"
        case 300...399:
            redirectTarget.map { "no redirect is followed here: let the script ask \($0)" }
                ?? "no redirect is followed here: let the script ask its target"
        case 400:
            "the server takes no such handshake: a server in front may have dropped Upgrade or Connection"
                + (foreignOrigin.map { ", and some servers answer so where \($0)" } ?? "")
        case 401:
            "the server wants a login; new WebSocket() sends the browser's cookies and no Authorization: let corsway set it "
                + "(request.setHeaders), or offer a token as the server has it, in the URL or as a subprotocol"
        case 403 where isThroughProxy:
            "most servers that answer so compare Origin with their own host: upstream.origin says which they are sent"
        case 403:
            foreignOrigin.map {
                "most servers that answer so compare Origin with their own host, and \($0): let the server list the "
                    + "origin, or go through corsway, which may send the target's (upstream.origin)"
            } ?? "the page is the server's own: its log says why"
        case 404:
            "there is no such path" + (foreignOrigin.map { "; some servers answer so where \($0)" } ?? "")
        case 426:
            "the server speaks another version\(answer.value(of: "Sec-WebSocket-Version").map { ", \($0)" } ?? "")"
        case 429, 503: "the server takes no more connections for now"
        case 501: "the server speaks no WebSocket"
        case 502, 504: "a server in front does not reach the one that speaks WebSocket"
        default: "the server's own log says why"
        }
    }

    /// What servers may have against the Origin; nil where it is their own.
    private var foreignOrigin: String? {
        if isThroughProxy { return "Origin is not the one they want (upstream.origin)" }
        guard !request.page.isSame(as: request.url) else { return nil }
        return "the page's origin, \(request.page.serialized), is not \(request.url.origin)"
    }

    /// The lines of an answer that are to blame, or what it lacks.
    static func seen(_ failure: WebSocketFailure, in answer: WireAnswer) -> [String] {
        let name: String
        switch failure {
        case .missing(let field): return ["no \(field)"]
        case .noSubprotocol: return ["no Sec-WebSocket-Protocol"]
        case .repeated(let field): name = field
        case .upgrade: name = "Upgrade"
        case .connectionField: name = "Connection"
        case .accept: name = "Sec-WebSocket-Accept"
        case .unaskedSubprotocol, .foreignSubprotocol: name = "Sec-WebSocket-Protocol"
        case .extensions: name = "Sec-WebSocket-Extensions"
        default: return statusLines(of: answer)
        }
        return answer.lines(of: name)
    }

    private static func statusLines(of answer: WireAnswer) -> [String] {
        let names = ["Location", "WWW-Authenticate", "Sec-WebSocket-Version", "Retry-After"]
        return ["HTTP/1.1 \(answer.statusText)"] + names.flatMap(answer.lines)
    }
}
