import Foundation
import TestSupport

/// What `corsway explain --json` says of one request, as far as tests look at it.
struct ExplainOutput: Decodable, Sendable {
    struct View: Decodable, Sendable {
        struct Failure: Decodable, Sendable {
            struct Chromium: Decodable, Sendable {
                let error: String
                let message: String
            }
            struct Firefox: Decodable, Sendable {
                let reason: String?
                let message: String
            }
            let step: String
            let seen: [String]
            let needed: [String]
            let chromium: Chromium
            let firefox: Firefox
            let remark: String?
            let closeCode: Int?
        }
        struct WebSocket: Decodable, Equatable, Sendable {
            let subprotocol: String
            let extensions: String
        }
        struct Advice: Decodable, Sendable {
            struct Change: Decodable, Sendable {
                let path: String
                let json: String
            }
            let page: String?
            let method: String?
            let changes: [Change]
            let ask: String?
            let isTried: Bool
        }
        struct Step: Decodable, Sendable {
            let step: String
            let outcome: String
            let summary: String
            let details: [String]
        }
        let asked: String
        let url: String
        let allowed: Bool
        let notes: [String]
        let steps: [Step]
        let failure: Failure?
        let status: Int?
        let webSocket: WebSocket?
        let readableHeaders: [String]
        let configurationKey: String?
        let configuration: String?
        let mend: String?
        let proxyError: String?
        let advice: Advice?
        let remark: String?
    }
    let allowed: Bool
    let views: [View]

    /// Runs the program.
    static func run(_ arguments: [String]) throws -> (exit: ChildProcess.Exit, output: ExplainOutput) {
        let (exit, text, complaint) = try CorswayProgram.run(["explain", "--json"] + arguments)
        do {
            return (exit, try JSONDecoder().decode(ExplainOutput.self, from: Data(text.utf8)))
        } catch {
            throw SocketError.ended("\(arguments): \(exit) \(text)\(complaint)\(error)")
        }
    }

    /// `allowed`, or Chromium's name for what blocks the first view.
    var verdict: String { views.first?.failure?.chromium.error ?? "allowed" }
}

/// A page, and an upstream that answers each combination in its own way.
final class ExplainStage: Sendable {
    let pages: PageServer
    let upstream: ScriptedUpstream

    init() throws {
        pages = try PageServer()
        let pageOrigin = "http://127.0.0.1:\(pages.port)"
        upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                let (text, isLast) = Self.answer(to: request, page: pageOrigin)
                try connection.send(text)
                if isLast { return }
            }
        }
    }

    /// What is answered, and whether the connection is closed behind it.
    private static func answer(to request: RecordedRequest, page: String) -> (text: String, isLast: Bool) {
        let parts = request.target.split(separator: "/").map(String.init)
        guard let number = parts.first.flatMap({ Int($0) }), Combination.all.indices.contains(number)
        else { return (Answer.text("no such combination", status: "404 Not Found"), false) }
        let host = request.value(of: "Host") ?? ""
        let reply = Combination.all[number].reply(
            isPreflight: request.method == "OPTIONS"
                && request.value(of: "Access-Control-Request-Method") != nil,
            isEnd: parts.last == "end"
        )
        return reply.raw.map { ($0, true) } ?? (reply.text(page: page, host: host, number: number), false)
    }

    var pageOrigin: String { "http://127.0.0.1:\(pages.port)" }

    func url(_ number: Int) -> String { upstream.url("/\(number)") }

    /// What the program says of a combination.
    func explain(_ number: Int) throws -> ExplainOutput {
        let combination = Combination.all[number]
        var arguments = [
            url(number), "--direct", "--from", combination.isOpaquePage ? "null" : pageOrigin,
            "-X", combination.method, "--redirect", combination.redirect,
        ]
        for header in combination.headers { arguments += ["-H", header] }
        if combination.credentials { arguments.append("--credentials") }
        let (exit, output) = try ExplainOutput.run(arguments)
        guard exit == .status(output.allowed ? 0 : 1) else {
            throw SocketError.ended("\(combination.name): \(exit)")
        }
        return output
    }
}

extension Combination {
    fileprivate func reply(isPreflight: Bool, isEnd: Bool) -> Reply {
        if isPreflight { return isEnd ? endPreflight : preflight }
        return isEnd ? end : answer
    }
}

extension Combination.Reply {
    fileprivate func text(page: String, host: String, number: Int) -> String {
        let port = host.split(separator: ":").last.map(String.init) ?? ""
        let other = host.hasPrefix("127") ? "other.localhost" : "127.0.0.1"
        let lines = fields.map { line in
            line.replacingOccurrences(of: "{page}", with: page)
                .replacingOccurrences(of: "{number}", with: "\(number)")
                .replacingOccurrences(of: "{upstream-host}", with: host)
                .replacingOccurrences(of: "{other}", with: "http://\(other):\(port)")
        }
        return status == 204
            ? "HTTP/1.1 204 No Content\r\n" + lines.map { "\($0)\r\n" }.joined() + "\r\n"
            : Answer.text("ok", status: "\(status) Scripted", lines)
    }
}
