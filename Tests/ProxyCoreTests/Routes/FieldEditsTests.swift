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

    /// What a client's request keeps beside the edits.
    private func requested(_ fields: [String], _ edits: FieldEdits) throws -> [String] {
        var section = try requestHead("GET / HTTP/1.1", ["Host: a"] + fields).fields
        edits.apply(to: &section, besides: section.unusualNames)
        return section.texts
    }

    @Test func `another spelling of a field that is set or removed goes too`() throws {
        let edits = FieldEdits(removals: ["X-User"], additions: [("X-Api-Key", "k")])
        #expect(
            try requested(
                [
                    "X_Api_Key: mine", "x.api-key: mine", "X_User: root", "X_Api_Keys: 1", "api_key: 2",
                    "X-User: b",
                ],
                edits
            ) == ["Host: a", "X_Api_Keys: 1", "api_key: 2", "X-Api-Key: k"]
        )
    }

    @Test func `a field with an unusual name takes the place of those that fold to it`() throws {
        let edits = FieldEdits(removals: [], additions: [("X_Api_Key", "k")])
        #expect(
            try requested(["X-Api-Key: mine", "x_api_key: mine", "X-Api: 1"], edits)
                == ["Host: a", "X-Api: 1", "X_Api_Key: k"]
        )
        // Also where no name of the client's is unusual.
        #expect(
            try requested(["X-Api-Key: mine", "X-Api: 1"], edits) == ["Host: a", "X-Api: 1", "X_Api_Key: k"]
        )
    }
}
