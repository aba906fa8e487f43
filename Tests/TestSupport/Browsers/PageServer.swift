import Foundation

/// A server of empty pages, for browsers to run scripts in; it has every host name that leads to it.
///
/// A query is a list of field lines that the page comes with, percent-encoded and separated by `&`.
package final class PageServer: Sendable {
    private let server: ScriptedUpstream

    package init() throws {
        server = try ScriptedUpstream { request in PageServer.page(for: request.target) }
    }

    package var port: Int { server.port }

    private static func page(for target: String) -> String {
        let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        let lines = query.split(separator: "&").map { $0.removingPercentEncoding ?? "" }
        let body = "<!doctype html><title>Page</title><link rel=icon href=\"data:,\"><body>"
        let fields = ["Content-Type: text/html; charset=utf-8", "Content-Length: \(body.utf8.count)"] + lines
        return "HTTP/1.1 200 OK\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n" + body
    }
}
