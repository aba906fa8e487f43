import Testing

@testable import HTTPSyntax

@Suite struct KnownFieldTests {
    @Test(arguments: KnownField.allCases.filter { $0 != .other })
    func `finds every known name in any case (RFC 9110 §5.1)`(field: KnownField) {
        for name in [field.name, field.name.lowercased(), field.name.uppercased()] {
            #expect(classify(Array(name.utf8)) == field)
        }
    }

    @Test(arguments: KnownField.allCases.filter { $0 != .other })
    func `takes no name for a known one that differs in an octet`(field: KnownField) {
        var bytes = Array(field.name.utf8)
        for index in bytes.indices {
            let octet = bytes[index]
            for other in [octet ^ 0x10, octet ^ 0x40, octet ^ 0x80, UInt8(ascii: "~")] {
                bytes[index] = other
                let found = classify(bytes)
                // A single octet turns one known name into another now and then, but never into itself.
                #expect(found != field)
            }
            bytes[index] = octet
        }
        let prefixes = field.name.indices.map { String(field.name[..<$0]) }
        for name in prefixes + [field.name + "-", "x" + field.name] {
            #expect(classify(Array(name.utf8)) != field)
        }
    }

    @Test func `has fewer than 128 names, all different`() {
        #expect(KnownField.allCases.count < 128)
        #expect(Set(KnownField.allCases.map { $0.name.lowercased() }).count == KnownField.allCases.count)
    }

    @Test func `takes names of any length`() {
        for count in 0...100 {
            let name = String(repeating: "a", count: count)
            #expect(classify(Array(name.utf8)) == .other)
        }
    }
}
