import Foundation
import TestSupport
import Testing

/// What a real browser makes of the proxy.
///
/// Pages stand at one origin, the upstreams, which know nothing of CORS, at another, the proxy between them. The
/// cases are written after the web platform tests whose names they carry.
@Suite(.enabled(if: Chromium.isThere, "\(BrowserCases.count) browser cases need Chromium"), .oneBrowser)
struct BrowserSuite {
    /// Opens the page of a case, runs its script, and compares what page, proxy and upstream saw.
    func check(_ test: BrowserCase) throws {
        let stage = try BrowserStage.shared()
        let proxy = try stage.proxy(test.proxy)
        let journal = UpstreamJournal(watching: test.watching)
        let upstream = try journal.upstream()
        let other = try journal.upstream("other: ")
        let log = ProxyLog(proxy, upstreams: [upstream, other])
        let page = try stage.open(test.page, proxy)
        let outcome = try page.evaluate(
            PageScript.expression(
                test.script,
                proxy: "http://proxy.localhost:\(proxy.port)",
                upstream: "http://\(upstream.authority)",
                other: "http://\(other.authority)"
            )
        )
        #expect(outcome == test.gives)
        let proxied = try awaited(test.proxied, log.lines)
        #expect(proxied == test.proxied)
        let seen = try awaited(test.upstream) { journal.lines }
        #expect(seen == test.upstream)
        stage.finish(test.name)
    }

    /// Waits for lines that may come behind the script's end, for as long as those so far are a beginning of them.
    private func awaited(_ expected: [String], _ lines: () throws -> [String]) throws -> [String] {
        let deadline = Deadline()
        var found = try lines()
        while found.count < expected.count, expected.starts(with: found), !deadline.hasPassed {
            usleep(2_000)
            found = try lines()
        }
        return found
    }
}
