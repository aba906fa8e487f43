/// Responses that scripts send.
package enum Answer {
    /// A complete response with a `Content-Length`.
    package static func text(_ body: String, status: String = "200 OK", _ fields: [String] = []) -> String {
        let lines = fields.map { "\($0)\r\n" }.joined()
        return
            "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)"
    }

    /// A redirect without a body.
    package static func redirect(_ status: Int, to location: String) -> String {
        "HTTP/1.1 \(status) Elsewhere\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
    }
}
