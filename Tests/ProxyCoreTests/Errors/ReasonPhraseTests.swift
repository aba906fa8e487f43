import HTTPSyntax
import HTTPTypes
import Testing

@testable import ProxyCore

@Suite struct ReasonPhraseTests {
    @Test(arguments: ErrorCode.allCases)
    func `every error has a status with a reason phrase`(code: ErrorCode) {
        #expect(!HTTPResponse.Status.registered(code.status).reasonPhrase.isEmpty)
    }

    @Test func `a code that nobody registered has none`() {
        #expect(HTTPResponse.Status.registered(299).reasonPhrase.isEmpty)
    }
}
