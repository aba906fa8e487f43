import Foundation
import Testing

/// Holds the tests to the rules that docs/policy.md lists.
@Suite
struct RuleCoverageTests {
    /// One row of a table: `| O4 | what holds | policy, proxy |`.
    struct Rule: CustomTestStringConvertible {
        let id: String
        let suites: [String]

        var testDescription: String { id }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let folders = ["policy": "Tests/CORSPolicyTests", "proxy": "Tests/ProxyTests"]

    private static func rules() throws -> [Rule] {
        let text = try String(contentsOf: root.appending(path: "docs/policy.md"), encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let id = cells.first, id.wholeMatch(of: /[OCPE][0-9]+/) != nil, let suites = cells.last
            else {
                return nil
            }
            return Rule(
                id: id,
                suites: suites.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            )
        }
    }

    /// The ids that the names of a folder's tests begin with; nil where the folder has no Swift file yet.
    private static func testedIDs(in folder: String) throws -> Set<String>? {
        let directory = root.appending(path: folder)
        guard let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
        else {
            return nil
        }
        let sources = files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        guard !sources.isEmpty else { return nil }
        return try sources.reduce(into: []) { ids, source in
            let text = try String(contentsOf: source, encoding: .utf8)
            ids.formUnion(text.matches(of: /func `([OCPE][0-9]+)[: ]/).map { String($0.output.1) })
        }
    }

    @Test
    func `every rule of the policy is carried by the name of a test`() throws {
        let rules = try Self.rules()
        #expect(rules.count == 36)
        #expect(Set(rules.map(\.id)).count == rules.count)
        for rule in rules {
            #expect(!rule.suites.isEmpty, "\(rule.id)")
            for suite in rule.suites {
                let folder = try #require(Self.folders[suite], "\(rule.id) is tested by \(suite)")
                guard let tested = try Self.testedIDs(in: folder) else { continue }
                #expect(tested.contains(rule.id), "No test in \(folder) carries \(rule.id)")
            }
        }
    }

    @Test
    func `no test carries a rule that is not listed`() throws {
        let known = Set(try Self.rules().map(\.id))
        let tested = try #require(try Self.testedIDs(in: "Tests/CORSPolicyTests"))
        #expect(tested.isSubset(of: known), "\(tested.subtracting(known))")
        #expect(tested.count > 20)
    }
}
