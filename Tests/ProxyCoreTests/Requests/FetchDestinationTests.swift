import Testing

@testable import ProxyCore

@Suite struct FetchDestinationTests {
    @Test(arguments: ["document", "iframe", "frame", "object", "embed"])
    func `pages are rendered`(value: String) {
        let destination = FetchDestination(Array(value.utf8)[...])
        #expect(destination.isRendered && !destination.isRefused)
    }

    @Test(arguments: [
        "", "empty", "script", "image", "worker", "DOCUMENT", "serviceworkers", "document, iframe",
    ])
    func `other destinations are neither rendered nor refused`(value: String) {
        let destination = FetchDestination(Array(value.utf8)[...])
        #expect(destination == .other && !destination.isRendered && !destination.isRefused)
    }

    @Test func `a service worker is refused, no field is not`() {
        #expect(FetchDestination(Array("serviceworker".utf8)[...]).isRefused)
        #expect(FetchDestination(nil) == .other)
    }
}
