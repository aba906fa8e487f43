import Foundation
import TestSupport
import Testing

/// Explains the answers to many handshakes first, then shows each to the browsers.
@Suite struct WebSocketAgreementTests {
    private enum Shared {
        static let stage = Result { try HandshakeStage() }
        static let explained = Result {
            let stage = try Shared.stage.get()
            return try HandshakeCombination.all.indices.map { try stage.explain($0) }
        }
    }

    @Test func `explain gives every answer the verdict that is written down`() throws {
        let verdicts = try Shared.explained.get().map(\.verdict)
        for (combination, verdict) in zip(HandshakeCombination.all, verdicts) {
            #expect(
                verdict == (combination.verdict == "open" ? "allowed" : combination.verdict),
                "\(combination.name)"
            )
        }
        #expect(verdicts.count >= 45)
        #expect(Set(verdicts).count >= 10)
        #expect(
            Set(HandshakeCombination.all.map(\.name)).count == verdicts.count,
            "no two have the same name"
        )
    }

    @Test(.enabled(if: Chromium.path != nil, "no Chromium is installed"))
    func `explain agrees with Chromium, down to the words of its console`() throws {
        let stage = try Shared.stage.get()
        let explained = try Shared.explained.get()
        let browser = try Chromium()
        let page = try browser.openPage("\(stage.page)/")
        let log = try NetworkLog(of: page)
        for (number, combination) in HandshakeCombination.all.enumerated() {
            let view = try #require(explained[number].views.first)
            let script = try SocketOutcome.expression(stage.url(number), combination.subprotocols)
            let outcome = try SocketOutcome(try page.evaluate(script))
            #expect(outcome.isOpen == view.allowed, "\(combination.name)")
            #expect(outcome.subprotocol == view.webSocket?.subprotocol ?? "", "\(combination.name)")
            #expect(outcome.extensions == view.webSocket?.extensions ?? "", "\(combination.name)")
            guard let failure = view.failure else { continue }
            #expect(outcome.code == failure.closeCode, "\(combination.name)")
            let words = failure.chromium.message
            try eventually("\(combination.name): \(words)") { try log.lines(with: words).contains(words) }
        }
    }

    @Test(.enabled(if: Firefox.path != nil, "no Firefox is installed"))
    func `Firefox opens what is said that it opens`() throws {
        let stage = try Shared.stage.get()
        let explained = try Shared.explained.get()
        let browser = try Firefox()
        let page = try browser.openPage("\(stage.page)/")
        for (number, combination) in HandshakeCombination.all.enumerated() {
            let script = try SocketOutcome.expression(stage.url(number), combination.subprotocols)
            let outcome = try SocketOutcome(try page.evaluate(script))
            #expect(outcome.isOpen == combination.opensInFirefox, "\(combination.name)")
            guard let failure = explained[number].views.first?.failure else { continue }
            #expect(
                failure.firefox.message.hasPrefix("nothing: ") == outcome.isOpen,
                "\(combination.name): \(failure.firefox.message)"
            )
        }
    }

    @Test(.enabled(if: Chromium.path != nil, "no Chromium is installed"))
    func `what the constructor throws for are Chromium's words`() throws {
        let stage = try Shared.stage.get()
        let page = try Chromium().openPage("\(stage.page)/")
        for (fragment, subprotocols) in [("#f", []), ("#", []), ("", ["a", "a"]), ("", ["a b"]), ("", [""])] {
            let url = stage.url(0) + fragment
            let offers = subprotocols.flatMap { ["--protocol", $0] }
            let (_, output) = try ExplainOutput.run([url, "--direct", "--from", stage.page] + offers)
            let outcome = try SocketOutcome(
                try page.evaluate(try SocketOutcome.expression(url, subprotocols))
            )
            #expect(!outcome.exception.isEmpty)
            #expect(output.views.first?.failure?.chromium.message == outcome.exception)
        }
    }

    @Test(.enabled(if: Chromium.path != nil, "no Chromium is installed"))
    func `mixed content is blocked in Chromium's words, and loopback is none`() throws {
        let authority = try CertificateAuthority()
        let pages = try NginxProcess(
            files: ["page.html": Array("<!doctype html>".utf8)],
            certificate: authority.issue()
        )
        let origin = "https://127.0.0.1:\(pages.port)"
        let stage = try Shared.stage.get()
        let page = try Chromium(trusting: authority.certificate).openPage("\(origin)/page.html")
        let log = try NetworkLog(of: page)
        let near = try SocketOutcome(try page.evaluate(try SocketOutcome.expression(stage.url(0), [])))
        #expect(near.isOpen, "\(stage.url(0))")
        let far = stage.url(0).replacing("127.0.0.1", with: "api.example")
        let outcome = try SocketOutcome(try page.evaluate(try SocketOutcome.expression(far, [])))
        #expect(outcome.exception.hasPrefix("SecurityError"))
        let (_, output) = try ExplainOutput.run([far, "--direct", "--from", origin])
        #expect(output.verdict == "mixed-content")
        let words = try #require(output.views.first?.failure?.chromium.message)
            .replacing("'\(origin)/'", with: "'\(origin)/page.html'")
        try eventually(words) { try log.lines(with: words).contains(words) }
    }
}
