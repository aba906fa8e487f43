import Foundation
import Testing

@testable import ProxyCore

@Suite struct ProxyErrorTests {
    private func body(message: String, hint: String = "h", requestID: String = "r1") -> String {
        var bytes: [UInt8] = []
        ProxyError(.targetHost, message: message, hint: hint).writeBody(requestID: requestID, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `the body has four members and a line feed`() {
        let expected =
            #"{"error":{"code":"target-host","message":"m","hint":"h","requestId":"r1"}}"# + "\n"
        #expect(body(message: "m") == expected)
    }

    @Test(arguments: [
        (#"a"b\c"#, #"a\"b\\c"#),
        ("<script>&", #"\u003cscript\u003e\u0026"#),
        ("\r\n\t\0", #"\u000d\u000a\u0009\u0000"#),
        ("\u{1B}[31m\u{7F}", #"\u001b[31m\u007f"#),
        ("\u{9B}2J\u{80}\u{9F}", #"\u009b2J\u0080\u009f"#),
        ("\u{A0}é€😀", "\u{A0}é€😀"),
        ("", ""),
    ])
    func `text is escaped so that it is neither markup nor control`(text: String, escaped: String) {
        #expect(body(message: text).contains(#""message":"\#(escaped)","hint""#))
    }

    @Test func `every scalar below U+0300 survives a JSON parser`() throws {
        let text = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init)))
        struct Body: Decodable {
            struct Fields: Decodable { let code, message, hint, requestId: String }
            let error: Fields
        }
        let json = body(message: text, hint: text, requestID: text)
        let decoded = try JSONDecoder().decode(Body.self, from: Data(json.utf8))
        #expect(Array(decoded.error.message.unicodeScalars) == Array(text.unicodeScalars))
        #expect(Array(decoded.error.hint.unicodeScalars) == Array(text.unicodeScalars))
        #expect(Array(decoded.error.requestId.unicodeScalars) == Array(text.unicodeScalars))
    }
}
