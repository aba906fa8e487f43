extension ScriptedUpstream {
    /// A server of a page with a socket of subprotocol `vite-hmr`, as Vite's is.
    ///
    /// A socket says at once that it is connected, and echoes then.
    package static func developmentServer(port: Int = 0) throws -> ScriptedUpstream {
        try ScriptedUpstream(port: port) { connection in
            while let request = try connection.readRequest() {
                guard let key = request.value(of: "Sec-WebSocket-Key") else {
                    try connection.send(
                        Answer.text(page, ["Content-Type: text/html", "Cache-Control: no-cache"])
                    )
                    continue
                }
                guard request.value(of: "Sec-WebSocket-Protocol") == "vite-hmr",
                    request.value(of: "Origin").map({ $0 == "http://\(request.value(of: "Host") ?? "")" })
                        ?? true
                else { return try connection.send(Answer.text("no", status: "400 Bad Request")) }
                try connection.send(WebSocketHandshake.answer(to: key, ["Sec-WebSocket-Protocol: vite-hmr"]))
                let socket = WebSocketPeer(connection, request.head)
                try socket.send(#"{"type":"connected"}"#)
                return try socket.echo()
            }
        }
    }

    private static let page =
        "<!doctype html><title>App</title><script type=module src=/@vite/client></script>"
}
