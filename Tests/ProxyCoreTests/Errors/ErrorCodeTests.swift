import Foundation
import Testing

@testable import ProxyCore

@Suite struct ErrorCodeTests {
    /// The rows between the page's two markers, as they must be.
    static let table = ErrorCode.allCases
        .map { "| `\($0.rawValue)` | \($0.status) | \($0.summary) |\n" }
        .joined()

    @Test func `the table of codes in the documentation is the code's`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "../../docs/troubleshooting.md")
        let text = try String(contentsOf: page.standardized, encoding: .utf8)
        let afterStart = try #require(text.split(separator: "<!-- error codes -->", maxSplits: 1).last)
        #expect(afterStart.count < text.count, "troubleshooting.md lacks <!-- error codes -->")
        let end = try #require(
            afterStart.firstRange(of: "<!-- /error codes -->"),
            "troubleshooting.md lacks <!-- /error codes -->"
        )
        let head = "| code | status | meaning |\n|---|---|---|\n"
        #expect(afterStart[..<end.lowerBound] == "\n" + head + Self.table)
    }

    @Test(arguments: ErrorCode.allCases)
    func `a code is kebab-case with a status of an error`(code: ErrorCode) {
        let isKebab = code.rawValue.split(separator: "-", omittingEmptySubsequences: false).allSatisfy {
            word in
            !word.isEmpty && word.utf8.allSatisfy { 0x61...0x7A ~= $0 }
        }
        #expect(isKebab)
        #expect(400...599 ~= code.status)
    }

    @Test(arguments: ErrorCode.allCases)
    func `a status of the 5xx class never blames the target's URL, but for a loop`(code: ErrorCode) {
        switch code.side {
        case .policy, .target: #expect(code.status < 500 || code == .loopDetected)
        case .upstream, .proxy: #expect(code.status >= 500)
        case .downstream: break
        }
    }

    @Test(arguments: [
        (ErrorCode.badRequest, 400), (.headerTooLarge, 431), (.urlTooLong, 414), (.bodyTooLarge, 413),
        (.requestTimeout, 408), (.unsupportedTransferCoding, 501), (.expectationFailed, 417),
        (.versionNotSupported, 505), (.methodNotSupported, 405), (.hostNotAllowed, 421),
        (.multipleOrigins, 400), (.originDenied, 403), (.originRequired, 403), (.crossSiteDenied, 403),
        (.methodDenied, 405), (.headerRequired, 400), (.targetInvalid, 400), (.targetSlashes, 400),
        (.targetScheme, 400), (.targetPort, 400), (.targetCredentials, 400), (.targetHost, 404),
        (.targetDenied, 403), (.privateAddress, 403), (.untrustedForwarder, 403),
        (.serviceWorkerDenied, 403), (.loopDetected, 508), (.websocketInvalid, 400),
        (.websocketVersion, 426), (.websocketDenied, 403), (.tooManyTunnels, 503), (.notFound, 404),
        (.tooManyConnections, 503), (.upstreamDNS, 502), (.upstreamDNSTimeout, 504), (.upstreamConnect, 502),
        (.upstreamConnectTimeout, 504), (.upstreamTimeout, 504), (.upstreamTLS, 502), (.upstreamProxy, 502),
        (.upstreamClosed, 502), (.upstreamInvalidResponse, 502), (.upstreamResponseTooLarge, 502),
        (.shuttingDown, 503), (.internal, 500),
    ])
    func `a code has the status that clients rely on`(code: ErrorCode, status: Int) {
        #expect(code.status == status)
    }
}
