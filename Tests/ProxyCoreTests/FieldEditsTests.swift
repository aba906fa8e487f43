import HTTPSyntax
import Testing

@testable import ProxyCore

@Suite struct FieldEditsTests {
    private func edited(_ fields: [String], _ edits: FieldEdits) throws -> [String] {
        var section = try requestHead("GET / HTTP/1.1", ["Host: a"] + fields).fields
        edits.apply(to: &section)
        return section.texts
    }

    @Test func `without edits nothing changes`() throws {
        #expect(
            try edited(["X-A: 1", "X-A: 2"], FieldEdits(removals: [], additions: []))
                == ["Host: a", "X-A: 1", "X-A: 2"]
        )
    }

    @Test(arguments: ["x-secret", "X-SECRET", "Cookie", "cookie"])
    func `a removal takes every line of a name, in any case`(name: String) throws {
        let edits = FieldEdits(removals: [name], additions: [])
        let lines = try edited(
            ["X-Secret: 1", "Cookie: a", "x-secret: 2", "cookie: b", "X-Secret-2: 3"],
            edits
        )
        let kept = ["Host: a", "X-Secret: 1", "Cookie: a", "x-secret: 2", "cookie: b", "X-Secret-2: 3"]
        #expect(lines == kept.filter { !$0.lowercased().hasPrefix("\(name.lowercased()):") })
        #expect(lines.count == 4)
    }

    @Test func `an addition takes the place of every line of its name`() throws {
        let edits = FieldEdits(removals: [], additions: [("Authorization", "Bearer k"), ("X-Key", "")])
        #expect(
            try edited(["authorization: mine", "x-key: 1", "X-KEY: 2", "X-B: 3"], edits)
                == ["Host: a", "X-B: 3", "Authorization: Bearer k", "X-Key: "]
        )
    }

    @Test func `what is removed and added is there`() throws {
        let edits = FieldEdits(removals: ["x-a"], additions: [("X-A", "new")])
        #expect(try edited(["X-A: old"], edits) == ["Host: a", "X-A: new"])
    }

    @Test func `of two additions of one name the last one stays`() throws {
        let edits = FieldEdits(removals: [], additions: [("X-A", "1"), ("x-a", "2")])
        #expect(try edited([], edits) == ["Host: a", "x-a: 2"])
    }
}
