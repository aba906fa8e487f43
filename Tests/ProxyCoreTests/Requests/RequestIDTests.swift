import ProxyCore
import Testing

@Suite struct RequestIDTests {
    @Test func `an id is its prefix and its number`() {
        #expect(RequestID(prefix: Array("ab-0-".utf8), number: 42).text == "ab-0-42")
    }

    @Test func `every byte is taken over or refused by the list`() {
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/+=-".utf8)
        for byte in UInt8.min ... .max {
            #expect((RequestID([byte]) != nil) == allowed.contains(byte), "\(byte)")
        }
    }

    @Test(arguments: [(0, false), (1, true), (128, true), (129, false)])
    func `an id that is taken over has 1 to 128 bytes`(count: Int, isTaken: Bool) {
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: count)
        #expect((RequestID(bytes) != nil) == isTaken)
        if isTaken { #expect(RequestID(bytes)?.text == String(decoding: bytes, as: UTF8.self)) }
    }
}
