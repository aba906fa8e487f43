import Foundation
import Synchronization
import TestSupport
import Testing

/// The one browser of the suite, the servers of its pages, and the proxies as the cases ask for them.
final class BrowserStage: Sendable {
    private static let current = Mutex<BrowserStage?>(nil)

    private let browser: Chromium
    private let pages: PageServer
    private let otherPages: PageServer
    private let proxies = Mutex<[ProxyKind: ProxyProcess]>([:])
    private let finished = Mutex<Set<String>>([])

    private init() throws {
        browser = try Chromium()
        pages = try PageServer()
        otherPages = try PageServer()
    }

    /// Runs a suite with a browser, and returns how many distinct cases it ran.
    static func perform(_ suite: () async throws -> Void) async throws -> Int {
        let stage = try BrowserStage()
        current.withLock { $0 = stage }
        defer { current.withLock { $0 = nil } }
        try await suite()
        return stage.finished.withLock { $0.count }
    }

    /// The stage of the suite that runs.
    static func shared() throws -> BrowserStage {
        try #require(current.withLock { $0 })
    }

    /// Opens a page of a case.
    func open(_ page: Page, _ proxy: ProxyProcess) throws -> BrowserPage {
        let port =
            switch page.server {
            case .first: pages.port
            case .second: otherPages.port
            case .proxy: proxy.port
            }
        return try browser.openPage("http://\(page.host):\(port)\(page.path)")
    }

    /// The proxy with a configuration, started when it is first asked for.
    func proxy(_ kind: ProxyKind) throws -> ProxyProcess {
        try proxies.withLock { proxies in
            if let proxy = proxies[kind] { return proxy }
            let proxy = try ProxyProcess(kind.configuration(pagePort: pages.port))
            proxies[kind] = proxy
            return proxy
        }
    }

    /// Notes that a case has run to its end.
    func finish(_ name: String) {
        let isNew = finished.withLock { $0.insert(name).inserted }
        #expect(isNew, "two cases have the name \(name)")
    }
}
