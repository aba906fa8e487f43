import Testing
import Text

@testable import HTTPSyntax

/// Names that scripts behind a gateway take for one another.
@Suite struct FoldedNameTests {
    private func section(_ names: [String]) -> FieldSection {
        var section = FieldSection()
        for name in names { section.append(name: name, value: "1") }
        return section
    }

    private func names(_ section: FieldSection) -> [String] {
        section.lines.map { String(decoding: section.name(of: $0), as: UTF8.self) }
    }

    @Test(arguments: [
        ("X-Api-Key", "x_api_key"), ("x_API_key", "x_api_key"), ("X.Api~Key", "x_api_key"), ("a1", "a1"),
        ("", ""),
    ])
    func `letters lose their case, all but letters and digits becomes an underscore`(
        name: String,
        folded: String
    ) {
        #expect(FieldSection.folded(name.utf8) == Array(folded.utf8))
    }

    @Test func `usual names are of letters, digits and hyphens`() {
        for octet in UInt8.min...UInt8.max where octet.isTokenOctet {
            let isUsual = octet.isDigit || octet.lowercased &- 0x61 < 26 || octet == UInt8(ascii: "-")
            #expect(FieldSection.isUnusual(name: [0x61, octet]) == !isUsual)
        }
        let section = section(["Host", "X-A", "X_A", "x.a", "Y_B", "Sec-CH-UA", "Content-Length"])
        #expect(section.unusualNames == [Array("x_a".utf8), Array("y_b".utf8)])
    }

    @Test func `all lines that fold to a name are dropped, or the unusual ones among them`() {
        let all = ["X-Forwarded-For", "X_Forwarded_For", "X-Api-Key", "x.api_key", "X-Api-Keys"]
        var one = section(all)
        one.removeAll(foldingTo: Array("x_api_key".utf8))
        #expect(names(one) == ["X-Forwarded-For", "X_Forwarded_For", "X-Api-Keys"])
        var other = section(all)
        other.removeAll(foldingToUnusual: Array("x_forwarded_for".utf8))
        other.removeAll(foldingToUnusual: Array("x_api_key".utf8))
        #expect(names(other) == ["X-Forwarded-For", "X-Api-Key", "X-Api-Keys"])
    }

    @Test func `lines are edited in their place`() {
        var section = FieldSection()
        for (name, value) in [
            ("WWW-Authenticate", "a"), ("X-A", "1"), ("WWW-Authenticate", "b"), ("WWW-Authenticate", "c"),
        ] {
            section.append(name: name, value: value)
        }
        section.edit(.wwwAuthenticate) { value in
            switch value.first {
            case UInt8(ascii: "a"): .set(Array("changed".utf8))
            case UInt8(ascii: "b"): .drop
            default: nil
            }
        }
        var bytes: [UInt8] = []
        section.write(to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "WWW-Authenticate: changed\r\nX-A: 1\r\nWWW-Authenticate: c\r\n"
        )
        section.edit(.wwwAuthenticate) { _ in .drop }
        #expect(!section.contains(.wwwAuthenticate) && section.lines.count == 1)
    }

    @Test func `unknown fields are dropped by how their names begin`() {
        var section = section([
            "Sec-Session-Id", "SEC-SESSION-X", "Sec-Session", "X-Sec-Session-Id", "Content-Length",
        ])
        section.removeUnknown(wherePrefixed: [Array("sec-session-".utf8), Array("content-".utf8)])
        #expect(names(section) == ["Sec-Session", "X-Sec-Session-Id", "Content-Length"])
    }
}
