import Testing
import Text

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `RFC 4648 §10 test vectors, both ways and with or without padding`(bytes: String, text: String) {
        #expect(Base64.encoded(bytes.utf8) == Array(text.utf8))
        #expect(Base64.decoded(text.utf8) == Array(bytes.utf8))
        let bare = text.utf8.filter { $0 != UInt8(ascii: "=") }
        #expect(Base64.encoded(bytes.utf8, isPadded: false) == bare)
        #expect(Base64.decoded(bare) == Array(bytes.utf8))
    }

    @Test func `the two alphabets differ in two letters`() {
        let bytes: [UInt8] = [0xFB, 0xEF, 0xFF]
        #expect(Base64.encoded(bytes) == Array("++//".utf8))
        #expect(Base64.encoded(bytes, .url) == Array("--__".utf8))
        #expect(Base64.decoded("--__".utf8, .url) == bytes)
        #expect(Base64.decoded("--__".utf8) == nil)
        #expect(Base64.decoded("++//".utf8, .url) == nil)
    }

    @Test(arguments: ["A", "AAAAA", "AA=", "AAA==", "AAAA=", "A===", "=", "AA==AA==", "AA A", "Ä", "AA=A"])
    func `what is none is refused`(text: String) {
        #expect(Base64.decoded(text.utf8) == nil)
    }

    @Test func `each byte string comes back`() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ length) }
            #expect(Base64.decoded(Base64.encoded(bytes)) == bytes)
            #expect(Base64.decoded(Base64.encoded(bytes, .url, isPadded: false), .url) == bytes)
        }
    }
}
