import Testing

@testable import BrowserModel

@Suite struct MethodTests {
    @Test(arguments: [
        ("get", "GET"), ("Put", "PUT"), ("delete", "DELETE"), ("patch", "patch"), ("PATCH", "PATCH"),
        ("purge", "purge"),
    ])
    func `six methods become upper case, no other`(written: String, sent: String) {
        #expect(MethodName.normalize(written) == sent)
    }
}
