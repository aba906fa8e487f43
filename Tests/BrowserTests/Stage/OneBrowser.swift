import TestSupport
import Testing

/// Starts one browser for a whole suite, and prints how many cases ran: CI counts them.
struct OneBrowser: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let count = try await BrowserStage.perform(function)
        print("browser cases: \(count) ran, 0 skipped")
    }
}

extension Trait where Self == OneBrowser {
    /// The tests of the suite share one browser.
    static var oneBrowser: Self { Self() }
}

extension Chromium {
    /// Whether the cases can run; where they cannot, says how many are skipped.
    static let isThere: Bool = {
        if path != nil { return true }
        print("browser cases: 0 ran, \(BrowserCases.count) skipped")
        return false
    }()
}
