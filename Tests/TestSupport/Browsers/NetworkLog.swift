/// What DevTools show of the requests of a page: why they failed, and what the console says.
package final class NetworkLog: Sendable {
    /// How a request failed.
    package struct Failure: Sendable {
        /// Such as `net::ERR_FAILED`.
        package let text: String
        /// The name of what CORS forbids, where it was that.
        package let corsError: String?
    }

    private struct Sent: Decodable {
        struct Request: Decodable { let url: String }
        let requestId: String
        let request: Request
    }
    private struct Failed: Decodable {
        struct CORSStatus: Decodable { let corsError: String }
        let requestId: String
        let type: String
        let errorText: String
        let corsErrorStatus: CORSStatus?
    }
    private struct Logged: Decodable {
        struct Entry: Decodable { let text: String }
        let entry: Entry
    }

    private let page: BrowserPage

    /// Keeps a log of a page from now on.
    package init(of page: BrowserPage) throws {
        self.page = page
        page.browser.tools.keepEvents(of: page.session)
        for domain in ["Network", "Log"] {
            _ = try page.browser.tools.call(
                "\(domain).enable",
                session: page.session,
                as: DevTools.Nothing.self
            )
        }
    }

    /// Waits until what `fetch()` asked of a URL has failed, and returns how.
    package func failure(of url: String) throws -> Failure {
        var failed: Failed?
        try eventually("the failure of \(url)") {
            let identifiers = Set(
                try events("Network.requestWillBeSent", as: Sent.self)
                    .filter { $0.request.url == url }.map(\.requestId)
            )
            // A preflight is a request of its own and fails by itself.
            failed = try events("Network.loadingFailed", as: Failed.self)
                .first { $0.type == "Fetch" && identifiers.contains($0.requestId) }
            return failed != nil
        }
        return Failure(text: failed?.errorText ?? "", corsError: failed?.corsErrorStatus?.corsError)
    }

    /// The lines of the console that hold a text.
    package func lines(with text: String) throws -> [String] {
        try events("Log.entryAdded", as: Logged.self).map(\.entry.text).filter { $0.contains(text) }
    }

    private func events<Parameters: Decodable>(_ name: String, as type: Parameters.Type) throws
        -> [Parameters]
    {
        try page.browser.tools.events(name, of: page.session, as: type)
    }
}
