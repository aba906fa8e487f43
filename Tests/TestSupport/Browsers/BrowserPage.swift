/// One tab of a browser with cookies and caches of its own; it closes with its owner.
package final class BrowserPage: Sendable {
    private struct Context: Codable { let browserContextId: String }
    private struct NewTarget: Encodable {
        let url: String
        let browserContextId: String
    }
    private struct Target: Codable { let targetId: String }
    private struct Attachment: Encodable {
        let targetId: String
        let flatten = true
    }
    private struct Session: Decodable { let sessionId: String }
    private struct Navigation: Encodable { let url: String }
    private struct Navigated: Decodable { let errorText: String? }
    private struct Evaluation: Encodable {
        let expression: String
        let awaitPromise = true
        let returnByValue = true
        /// As if the user had clicked: pages may open windows.
        let userGesture = true
    }
    private struct Evaluated: Decodable {
        struct Object: Decodable { let value: String? }
        struct Exception: Decodable {
            struct Object: Decodable { let description: String? }
            let text: String
            let exception: Object?
        }
        let result: Object
        let exceptionDetails: Exception?
    }

    let browser: Chromium
    private let context: Context
    let session: String

    init(_ url: String, in browser: Chromium) throws {
        self.browser = browser
        let tools = browser.tools
        context = try tools.call("Target.createBrowserContext", as: Context.self)
        let target = try tools.call(
            "Target.createTarget",
            NewTarget(url: "about:blank", browserContextId: context.browserContextId),
            as: Target.self
        )
        session = try tools.call(
            "Target.attachToTarget",
            Attachment(targetId: target.targetId),
            as: Session.self
        ).sessionId
        try navigate(to: url)
    }

    deinit {
        // Whether the browser is still there to close it makes no difference.
        _ = Result {
            try browser.tools.call("Target.disposeBrowserContext", context, as: DevTools.Nothing.self)
        }
    }

    /// Goes to a URL and waits until its document is there.
    package func navigate(to url: String) throws {
        let answer = try browser.tools.call(
            "Page.navigate",
            Navigation(url: url),
            session: session,
            as: Navigated.self
        )
        if let error = answer.errorText { throw SocketError.ended("\(url): \(error)") }
    }

    /// Runs an expression in the page, waits for the promise that it makes, and returns that one's string.
    package func evaluate(_ expression: String) throws -> String {
        let answer = try browser.tools.call(
            "Runtime.evaluate",
            Evaluation(expression: expression),
            session: session,
            as: Evaluated.self
        )
        if let failure = answer.exceptionDetails {
            throw SocketError.ended(failure.exception?.description ?? failure.text)
        }
        return answer.result.value ?? "undefined"
    }
}
