import Foundation
import TestSupport
import Testing

/// What Chromium made of a request.
private struct Outcome: Decodable {
    let isAllowed: Bool
    /// `cors`, `opaqueredirect`; or the text of the error.
    let text: String
    let status: Int
    let headers: [String]
}

/// Explains every combination first, then shows each to Chromium.
@Suite struct AgreementTests {
    private enum Shared {
        static let stage = Result { try ExplainStage() }
        static let explained = Result {
            let stage = try Shared.stage.get()
            return try Combination.all.indices.map { try stage.explain($0) }
        }
    }

    @Test func `explain gives every combination the verdict that is written down`() throws {
        let verdicts = try Shared.explained.get().map(\.verdict)
        for (combination, verdict) in zip(Combination.all, verdicts) {
            #expect(verdict == combination.verdict, "\(combination.name)")
        }
        let blocked = verdicts.filter { $0 != "allowed" }
        #expect(verdicts.count >= 40)
        #expect(blocked.count >= 15)
        #expect(Set(blocked).count >= 10)
        #expect(Set(Combination.all.map(\.name)).count == verdicts.count, "no two have the same name")
    }

    @Test(.enabled(if: Chromium.path != nil, "no Chromium is installed"))
    func `explain agrees with Chromium, down to the words of its console`() throws {
        let stage = try Shared.stage.get()
        let explained = try Shared.explained.get()
        let browser = try Chromium()
        let tuple = try Tab("\(stage.pageOrigin)/", in: browser)
        let opaque = try Tab(
            "\(stage.pageOrigin)/?Content-Security-Policy:%20sandbox%20allow-scripts",
            in: browser
        )
        for (number, combination) in Combination.all.enumerated() {
            let tab = combination.isOpaquePage ? opaque : tuple
            try tab.compare(combination, at: stage.url(number), with: explained[number])
        }
    }
}

/// A page with the log of its requests.
private struct Tab {
    let page: BrowserPage
    let log: NetworkLog

    init(_ url: String, in browser: Chromium) throws {
        page = try browser.openPage(url)
        log = try NetworkLog(of: page)
    }

    func compare(_ combination: Combination, at url: String, with output: ExplainOutput) throws {
        let outcome = try ask(combination, at: url)
        let view = try #require(output.views.first)
        #expect(outcome.isAllowed == view.allowed, "\(combination.name): \(outcome)")
        if outcome.isAllowed {
            guard outcome.text == "cors" else { return }
            #expect(outcome.status == view.status, "\(combination.name)")
            #expect(outcome.headers == view.readableHeaders, "\(combination.name)")
            return
        }
        let failure = try #require(view.failure, "\(combination.name)")
        guard failure.chromium.error != "TypeError" else {
            #expect(outcome.text == failure.chromium.message, "\(combination.name)")
            return
        }
        let seen = try log.failure(of: url)
        #expect(seen.corsError ?? seen.text == failure.chromium.error, "\(combination.name)")
        guard seen.corsError != nil else { return }
        // Which schemes Chromium lists changes with its releases.
        let words = failure.chromium.message.components(separatedBy: "protocol schemes:")[0]
        try eventually("\(combination.name): \(words)") { try !log.lines(with: words).isEmpty }
    }

    private func ask(_ combination: Combination, at url: String) throws -> Outcome {
        struct Settings: Encodable {
            let method: String
            let headers: [[String]]
            let credentials: String
            let redirect: String
        }
        let settings = Settings(
            method: combination.method,
            headers: combination.headers.map { line in
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                return [String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces)]
            },
            credentials: combination.credentials ? "include" : "same-origin",
            redirect: combination.redirect
        )
        let text = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        let answer = try page.evaluate(
            """
            fetch("\(url)", \(text)).then(
              r => ({ isAllowed: true, text: r.type, status: r.status, headers: [...r.headers.keys()] }),
              e => ({ isAllowed: false, text: String(e), status: 0, headers: [] })
            ).then(JSON.stringify)
            """
        )
        return try JSONDecoder().decode(Outcome.self, from: Data(answer.utf8))
    }
}
