import Testing

/// Starts both browsers for a whole suite.
struct BothBrowsers: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await SocketStage.perform(function)
    }
}

extension Trait where Self == BothBrowsers {
    /// The tests of the suite share a browser of each kind.
    static var bothBrowsers: Self { Self() }
}
