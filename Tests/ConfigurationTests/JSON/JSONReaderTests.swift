import Testing

@testable import Configuration

struct JSONReaderTests {
    private func read(_ text: String) throws(JSONSyntaxError) -> JSONValue {
        try JSONReader.read(Array(text.utf8))
    }

    private func error(_ bytes: [UInt8]) -> JSONSyntaxError? {
        do throws(JSONSyntaxError) {
            _ = try JSONReader.read(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("\tfalse\r\n", .bool(false)), ("[]", .array([])),
            ("{ }", .object([])), ("-0.5e+10", .number(JSONNumber(text: "-0.5e+10"))),
            ("0", .number(JSONNumber(text: "0"))), (#""""#, .string("")),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
            (#""\u00e9\uD83D\uDE00 é 😀""#, .string("é😀 é 😀")), (#""\u0000""#, .string("\0")),
        ] as [(String, JSONValue.Content)]
    )
    func `reads each kind of value`(text: String, content: JSONValue.Content) throws {
        #expect(try read(text).content == content)
    }

    @Test func `keeps the position of every key and value in scalars`() throws {
        let value = try read("{\r\n  \"é😀\": [1,\r 2,\n\t{ \"b\" : null }]\n}")
        guard case .object(let members) = value.content, case .array(let elements) = members[0].value.content,
            case .object(let inner) = elements[2].content
        else { throw Unexpected() }
        #expect(members[0].keyPosition == SourcePosition(line: 2, column: 3))
        #expect(members[0].value.position == SourcePosition(line: 2, column: 9))
        #expect(elements.map(\.position.description) == ["2:10", "3:2", "4:2"])
        #expect(inner[0].keyPosition.description == "4:4")
        #expect(inner[0].value.position.description == "4:10")
    }

    @Test(
        arguments: [
            ("", "1:1", .notEmpty), (" \n", "2:1", .notEmpty), ("\u{FEFF}{}", "1:1", .noByteOrderMark),
            ("{} // x", "1:4", .noComment), ("[1, /* */ 2]", "1:5", .noComment),
            ("# x\n{}", "1:1", .noComment),
            ("[1,\n]", "1:3", .noTrailingComma), (#"{"a":1 , }"#, "1:8", .noTrailingComma),
            ("[,]", "1:2", .expectedValue(",")), ("[é]", "1:2", .expectedValue("é")),
            ("{'a':1}", "1:2", .doubleQuotes), ("['a']", "1:2", .doubleQuotes), ("{a:1}", "1:2", .quotedKey),
            (#"{"a" 1}"#, "1:6", .colon), (#"{"a":1 "b":2}"#, "1:8", .comma), ("[1 2]", "1:4", .comma),
            ("True", "1:1", .knownWord("True")), ("[nul]", "1:2", .knownWord("nul")),
            ("[truefalse]", "1:2", .knownWord("truefalse")),
            ("01", "1:1", .number("01")), ("+1", "1:1", .number("+1")), (".5", "1:1", .number(".5")),
            ("1.", "1:1", .number("1.")), ("-", "1:1", .number("-")), ("1e", "1:1", .number("1e")),
            ("0x10", "1:1", .number("0x10")), ("1_0", "1:1", .number("1_0")),
            ("-Infinity", "1:1", .number("-Infinity")),
            (#"["a"#, "1:2", .closedString), ("[\"a\n\"]", "1:2", .closedString),
            ("[\n[1", "2:1", .closedList),
            ("[", "1:1", .closedList), ("[1,", "1:1", .closedList), (#"{"a":1"#, "1:1", .closedObject),
            (#"{"a":1,"#, "1:1", .closedObject), (#"{"a":"#, "1:6", .valueBeforeEnd),
            ("\"é\u{1}\"", "1:3", .noControlCharacter(1)), ("\"\t\"", "1:2", .noControlCharacter(9)),
            (#""é\x""#, "1:3", .knownEscape), (#""\"#, "1:2", .knownEscape),
            (#""\u12g4""#, "1:2", .fourHexDigits),
            (#""\u12"#, "1:2", .fourHexDigits), (#""\ud800""#, "1:2", .pairedSurrogate),
            (#""\udc00\ud800""#, "1:2", .pairedSurrogate), (#""\ud800A""#, "1:2", .pairedSurrogate),
            (#""a\ud800\n""#, "1:3", .pairedSurrogate), (#""\ud800\udbff""#, "1:2", .pairedSurrogate),
            (#""\ud800\u0041""#, "1:2", .pairedSurrogate), ("{} {}", "1:4", .oneValue),
            ("{}}", "1:3", .oneValue),
        ] as [(String, String, JSONRule)]
    )
    func `refuses what is not JSON, at its place`(text: String, position: String, rule: JSONRule) {
        let found = error(Array(text.utf8))
        #expect(found?.rule == rule)
        #expect(found?.position.description == position)
    }

    @Test(
        arguments: [
            ([0x22, 0xFF, 0x22], "1:2"), ([0x22, 0xC3, 0xA9, 0x0A, 0xC3, 0x22], "2:1"),
            ([0x22, 0xED, 0xA0, 0x80, 0x22], "1:2"), ([0x22, 0xC0, 0x80, 0x22], "1:2"),
            ([0x22, 0xE2, 0x82], "1:2"),
        ] as [([UInt8], String)]
    )
    func `refuses bytes that are not UTF-8`(bytes: [UInt8], position: String) {
        #expect(error(bytes)?.rule == .utf8)
        #expect(error(bytes)?.position.description == position)
    }

    @Test func `nests 64 deep and no deeper`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try read(nested(64))
        #expect(error(Array(nested(65).utf8))?.rule == .depth)
        #expect(error(Array(nested(65).utf8))?.position.description == "1:65")
        #expect(error(Array(String(repeating: #"{"a":"#, count: 100_000).utf8))?.rule == .depth)
    }

    @Test func `finds every duplicate key`() throws {
        let value = try read(#"{"a": {"b": 1, "b": 2, "b": 3}, "a": [{"c": 1, "\u0063": 2}]}"#)
        let found = value.duplicateKeys().map { "\($0.path) \($0.position) \($0.first)" }
        #expect(found == ["a.b 1:16 1:8", "a.b 1:24 1:8", "a 1:33 1:2", "a[0].c 1:48 1:40"])
    }

    @Test(
        arguments: [
            ("5", 5), ("-0", 0), ("1e3", 1000), ("5.0", 5), ("1.5", nil), ("9223372036854775807", .max),
            ("9223372036854775808", nil), ("1e400", nil), ("1e17", nil),
        ] as [(String, Int?)]
    )
    func `takes a number for whole only where it is exactly`(text: String, integer: Int?) {
        #expect(JSONNumber(text: text).integer == integer)
    }
}

struct Unexpected: Error {}
