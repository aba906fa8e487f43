@testable import BrowserModel
import Testing
import Text

/// What an answer is said to need, given to it, makes the step pass.
@Suite struct NeededTests {
    private static let page = PageOrigin(of: url("http", "127.0.0.1", 4000))
    private static let target = url("http", "127.0.0.1", 5000)

    /// The answers to one request, as they are changed.
    private struct Answers {
        var replies: [String: Combination.Reply]

        init(_ combination: Combination) {
            replies = [
                "preflight": combination.preflight, "answer": combination.answer,
                "endPreflight": combination.endPreflight, "end": combination.end,
            ]
        }

        static func key(isPreflight: Bool, _ url: RequestURL) -> String {
            let isEnd = url.pathAndQuery.hasSuffix("/end")
            return isPreflight ? (isEnd ? "endPreflight" : "preflight") : (isEnd ? "end" : "answer")
        }

        func answer(_ request: WireRequest) -> WireAnswer {
            let reply = replies[Self.key(isPreflight: request.isPreflight, request.url)] ?? .silent
            let fields = reply.fields.map { line in
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                return HeaderLine(
                    String(parts[0]),
                    NeededTests.filled(String(OptionalWhitespace.trimmed(parts[1])))
                )
            }
            return WireAnswer(status: reply.status, fields: fields)
        }

        /// Puts lines in place of those of their names.
        mutating func apply(_ needed: [String], at key: String) {
            guard let reply = replies[key] else { return }
            var (status, fields) = (reply.status, reply.fields)
            for line in needed {
                if line.hasPrefix("HTTP/1.1 204") { status = 204 }
                guard let colon = line.firstIndex(of: ":"), line.hasPrefix("Access") || line.hasPrefix("Vary")
                else { continue }
                fields.removeAll { $0.lowercased().hasPrefix(line[...colon].lowercased()) }
                fields.append(line)
            }
            replies[key] = Combination.Reply(status, fields: fields)
        }
    }

    private static func filled(_ text: String) -> String {
        text.replacing("{page}", with: page.serialized).replacing("{number}", with: "1")
            .replacing("{upstream-host}", with: target.authority).replacing(
                "{other}",
                with: "http://o.example"
            )
    }

    private static func resolve(_ location: String, _ base: RequestURL) -> RedirectTarget {
        if location.hasPrefix("/") {
            return .url(
                RequestURL(scheme: base.scheme, host: base.host, port: base.port, pathAndQuery: location),
                hasCredentials: false
            )
        }
        if location.hasPrefix("http://o.example") {
            return .url(url("http", "o.example", nil, String(location.dropFirst(16))), hasCredentials: false)
        }
        if location.contains("@") { return .url(target, hasCredentials: true) }
        return location.contains("://") ? .otherScheme(location) : .invalid
    }

    private static func explain(_ request: PageRequest, _ answers: Answers) -> Explanation {
        Explanation(
            request,
            in: BrowserEnvironment(
                ask: { request throws(NetworkFailure) in answers.answer(request) },
                resolve: resolve,
                isPublicSuffix: { _ in false }
            )
        )
    }

    @Test func `step by step, what is needed leads to an answer`() throws {
        var mended = 0
        for combination in Combination.all where combination.answer.raw == nil {
            var answers = Answers(combination)
            var request = PageRequest(
                page: combination.isOpaquePage ? .opaque : Self.page,
                url: Self.target,
                method: combination.method,
                headers: combination.headers.map { line in
                    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    return HeaderLine(String(parts[0]), String(OptionalWhitespace.trimmed(parts[1])))
                },
                credentials: combination.credentials ? .include : .sameOrigin,
                redirect: PageRequest.Redirect(rawValue: combination.redirect) ?? .follow
            )
            var explanation = Self.explain(request, answers)
            for _ in 0..<8 {
                guard let failure = explanation.failure, case .cors = failure.reason,
                    failure.step != .redirect, let asked = explanation.lastAsked
                else { break }
                if failure.needed == ["PATCH in the script"] { request.method = "PATCH" }
                let key = Answers.key(isPreflight: failure.step == .preflightVerdict, asked)
                answers.apply(failure.needed, at: key)
                explanation = Self.explain(request, answers)
                mended += 1
            }
            guard let failure = explanation.failure else { continue }
            // What the network, the method or a Location is to blame for is mended elsewhere.
            var isElsewhere = failure.step == .redirect || failure.step == .method
            if case .network = failure.reason { isElsewhere = true }
            #expect(isElsewhere, "\(combination.name): \(failure.reason.name), \(failure.needed)")
        }
        #expect(mended > 50)
    }
}
