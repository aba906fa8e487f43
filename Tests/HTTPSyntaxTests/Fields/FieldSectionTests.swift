import HTTPTypes
import Testing

@testable import HTTPSyntax

@Suite struct FieldSectionTests {
    @Test func `keeps lines in wire order with their duplicates (RFC 9110 §5.3)`() throws {
        let fields = try section("Vary: a", "X-B: 1", "vary: b", "VARY:c")
        #expect(fields.lines.map(\.field) == [.vary, .other, .vary, .vary])
        #expect(
            fields.lines.map { Array(fields.name(of: $0)) } == ["Vary", "X-B", "vary", "VARY"].map(octets)
        )
        #expect(fields.lines.map { Array(fields.value(of: $0)) } == ["a", "1", "b", "c"].map(octets))
        #expect(fields.count(of: .vary) == 3)
        #expect(fields.count(of: .host) == 0)
        #expect(fields.contains(.vary))
        #expect(fields.contains(.other))
        #expect(!fields.contains(.host))
        #expect(fields.string(of: .vary) == "a")
        #expect(fields.strings(of: .vary) == ["a", "b", "c"])
        #expect(fields.value(of: .vary).map(Array.init) == octets("a"))
        #expect(fields.value(of: .host) == nil)
        #expect(fields.string(of: .host) == nil)
        #expect(fields.strings(of: .host) == [])
    }

    @Test(arguments: [
        ("a", "a"), ("", ""), ("  \t ", ""), ("\t a b\t ", "a b"), ("a\t\tb", "a\t\tb"),
        ("0123456789abcdef", "0123456789abcdef"),
        ("0123456789abcdef\t0123456789abcdef ", "0123456789abcdef\t0123456789abcdef"),
    ])
    func `takes optional white space off a value (RFC 9110 §5.5)`(text: String, value: String) throws {
        #expect(try section("Server:\(text)").string(of: .server) == value)
    }

    @Test func `decodes values as UTF-8 and repairs what is none`() throws {
        let fields = try section("Server: caf\u{C3}\u{A9} \u{E9}", "X-A: \u{FF}")
        #expect(fields.string(of: .server) == "café \u{FFFD}")
        #expect(fields.strings(named: "x-a") == ["\u{FFFD}"])
    }

    @Test func `finds lines by any name without regard to case (RFC 9110 §5.1)`() throws {
        let fields = try section("X-Api: 1", "Host: h", "x-api: 2", "X-Api2: 3")
        #expect(fields.strings(named: "X-API") == ["1", "2"])
        #expect(fields.strings(named: "hOST") == ["h"])
        #expect(fields.strings(named: "X-Ap") == [])
        #expect(fields.strings(named: "") == [])
    }

    @Test(arguments: [
        ("", []), ("a", ["a"]), ("a,b", ["a", "b"]), (" a ,\tb b , , ,c,", ["a", "b b", "c"]), (",", []),
        (" , ,", []),
    ])
    func `splits a list into its elements (RFC 9110 §5.6.1)`(value: String, elements: [String]) throws {
        let fields = try section("Vary: \(value)", "Vary: z")
        #expect(fields.elements(of: .vary).map { String(decoding: $0, as: UTF8.self) } == elements + ["z"])
        for element in elements { #expect(fields.contains(element.uppercased(), in: .vary)) }
        #expect(fields.contains("Z", in: .vary))
        #expect(!fields.contains("zz", in: .vary))
        #expect(!fields.contains("", in: .vary))
        #expect(!fields.contains("z", in: .te))
        #expect(fields.elements(of: .te).isEmpty)
    }

    @Test func `is empty at first`() {
        let fields = FieldSection()
        #expect(fields.lines.isEmpty)
        #expect(KnownField.allCases.allSatisfy { !fields.contains($0) })
        #expect(lines(fields).isEmpty)
    }
}
