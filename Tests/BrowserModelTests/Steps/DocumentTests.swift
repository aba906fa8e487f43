import Foundation
import Testing

@testable import BrowserModel

@Suite struct DocumentTests {
    private static let text = Result {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/explain.md"), encoding: .utf8)
    }

    @Test(arguments: CORSError.allCases)
    func `every name of Chromium's is in the table`(error: CORSError) throws {
        #expect(try Self.text.get().contains("`\(error.rawValue)`"))
    }

    @Test(arguments: Step.Kind.allCases)
    func `every step is in the table`(kind: Step.Kind) throws {
        #expect(try Self.text.get().contains("| `\(kind.rawValue)` |"))
    }

    @Test(arguments: WebSocketFailure.answerNames)
    func `every name of an answer that opens no WebSocket is in the table`(name: String) throws {
        #expect(try Self.text.get().contains("| `\(name)` |"))
    }

    @Test func `the README counts the requests that are compared`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(text.contains("compares \(Combination.all.count) requests and "))
        #expect(text.contains(" \(HandshakeCombination.all.count) WebSocket handshakes."))
    }
}
