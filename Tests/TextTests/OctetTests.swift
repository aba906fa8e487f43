import Testing
import Text

@Suite struct OctetTests {
    @Test func `knows the octets of a token (RFC 9110 §5.6.2)`() {
        let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for octet in UInt8.min...UInt8.max { #expect(octet.isTokenOctet == token.contains(octet)) }
    }

    @Test func `knows the octets of values, targets, paths, white space, letters and digits`() {
        for octet in UInt8.min...UInt8.max {
            let character = Character(UnicodeScalar(octet))
            let isLetter = character.isASCII && character.isLetter
            #expect(octet.isPrintableOctet == (octet >= 0x20 && octet != 0x7F))
            #expect(octet.isFieldOctet == (octet == 9 || octet.isPrintableOctet))
            #expect(octet.isVisibleOctet == (0x21...0x7E).contains(octet))
            #expect(octet.isWhitespace == (octet == 9 || octet == 32))
            #expect(octet.isLetter == isLetter)
            #expect(octet.isDigit == (0x30...0x39).contains(octet))
            #expect(octet.isUnreservedOctet == (isLetter || octet.isDigit || "-._~".contains(character)))
            #expect(octet.lowercased == (isLetter ? character.lowercased().utf8.first : octet))
            #expect(octet.hexadecimalValue.map(Int.init) == character.hexDigitValue)
        }
    }

    @Test(arguments: [
        ("Content-Type", "content-TYPE", true), ("a", "ab", false), ("ab", "a", false), ("", "", true),
        ("[", "{", false), ("@", "`", false),
    ])
    func `octets are compared without regard to the case of letters`(
        one: String,
        other: String,
        areEqual: Bool
    ) {
        let areFound = one.utf8.span.equalsIgnoringCase(other.utf8.span)
        #expect(areFound == areEqual)
    }

    @Test(arguments: [
        ("Bearer x", "bearer", "X"), ("ab", "AB", "AB"), ("ab", "", ""),
    ])
    func `octets start and end with others whatever their case`(text: String, start: String, end: String) {
        let octets = text.utf8.span
        let found = [
            octets.hasPrefixIgnoringCase(start.utf8.span), octets.hasSuffixIgnoringCase(end.utf8.span),
            octets.hasPrefixIgnoringCase("x\(text)".utf8.span),
            octets.hasSuffixIgnoringCase("x\(text)".utf8.span),
            octets.hasPrefixIgnoringCase("-".utf8.span), octets.hasSuffixIgnoringCase("-".utf8.span),
        ]
        #expect(found == [true, true, false, false, false, false])
    }

    @Test(arguments: [
        (" a b\t", "a b"), ("a", "a"), (" \t ", ""), ("", ""), ("\u{A0}a\n", "\u{A0}a\n"),
    ])
    func `spaces and tabs are taken off both ends, nothing else`(text: String, trimmed: String) {
        #expect(OptionalWhitespace.trimmed(text[...]) == trimmed[...])
        #expect(OptionalWhitespace.trimmed(Array(text.utf8)[...]).elementsEqual(trimmed.utf8))
    }

    @Test(arguments: [
        ("GET", true), ("x-api_key", true), ("", false), ("a b", false), ("a:", false), ("é", false),
    ])
    func `a token is octets of a token, at least one`(text: String, isToken: Bool) {
        #expect(HTTPToken.isValid(text) == isToken)
        #expect(HTTPToken.isValid(Array(text.utf8)) == isToken)
    }

    @Test(
        arguments: [
            (0, "0"), (7, "7"), (10, "10"), (1234567890, "1234567890"), (-5, "0"),
            (Int64.max, "9223372036854775807"),
        ] as [(Int64, String)]
    )
    func `a number is written in decimal, a negative one as 0`(number: Int64, text: String) {
        var octets: [UInt8] = []
        octets.appendDecimal(number)
        #expect(String(decoding: octets, as: UTF8.self) == text)
    }

    @Test func `an octet is written as two digits, or percent-encoded with capital ones`() {
        for octet in UInt8.min...UInt8.max {
            let digits = (octet < 16 ? "0" : "") + String(octet, radix: 16)
            var octets: [UInt8] = []
            octets.appendHexadecimal(octet)
            octets.appendPercentEncoded(octet)
            #expect(String(decoding: octets, as: UTF8.self) == "\(digits)%\(digits.uppercased())")
        }
    }
}
