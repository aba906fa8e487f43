import Testing

/// A file is named after the type that it holds, or after the type that it extends and what for; one that holds
/// functions alone, after one of them.
@Suite struct FileNameTests {
    /// How many files a folder may have before it is hard to find one.
    private static let maximumFiles = 25

    @Test func `every file is named after what it holds`() throws {
        let files = try SourceTree.files(in: "Sources").filter { $0.path.hasSuffix(".swift") }
        #expect(!files.isEmpty)
        for file in files where file.name != "main" {
            let isHeld = file.heldTypes.contains(file.name)
            let isExtended = file.extendedTypes.contains { file.name.hasPrefix($0) && file.name != $0 }
            let isCalled =
                file.heldTypes.isEmpty && file.extendedTypes.isEmpty
                && file.heldNames.contains { $0.lowercased().hasSuffix(file.name.lowercased()) }
            #expect(
                isHeld || isExtended || isCalled,
                "\(file.path) holds \(file.heldTypes.sorted()) and extends \(file.extendedTypes.sorted())"
            )
        }
    }

    @Test func `no folder of the sources is overfull`() throws {
        let folders = Dictionary(grouping: try SourceTree.files(in: "Sources"), by: \.folder)
        for (folder, files) in folders {
            #expect(files.count <= Self.maximumFiles, "\(folder) has \(files.count) files: give it rooms.")
        }
    }

    @Test func `the tests of a file lie in the room of that file`() throws {
        let rooms = Dictionary(
            grouping: try SourceTree.files(in: "Sources"),
            by: { "\($0.target)Tests/\($0.name)Tests" }
        )
        var count = 0
        for test in try SourceTree.files(in: "Tests") {
            guard let tested = rooms["\(test.target)/\(test.name)"] else { continue }
            count += 1
            #expect(
                tested.contains { $0.room == test.room },
                "\(test.path) tests \(tested.map(\.path))"
            )
        }
        #expect(count > 50)
    }

    @Test(arguments: [
        ("public struct Head: Sendable {\n    struct Inner {}\n}", ["Head"], []),
        ("extension Head.Line {\n}\nprivate final class Other {", ["Other"], ["Head", "Line"]),
        ("extension [UInt8] {\n}\nextension Span<UInt8> {", [], ["Array", "UInt8", "Span"]),
        ("let text = 1\nfunc extension_() {}", [], []),
    ])
    func `finds the types of a file`(code: String, held: [String], extended: [String]) {
        let file = SourceFile(path: "A.swift", target: "", code: code)
        #expect(file.heldTypes == Set(held))
        #expect(file.extendedTypes == Set(extended))
    }

    @Test func `finds the functions and constants of a file`() {
        let code = "public let text = 1\n@discardableResult func made() {\n    let inner = 2\n}"
        #expect(SourceFile(path: "A.swift", target: "", code: code).heldNames == ["text", "made"])
    }

    @Test func `finds the room of a file`() {
        let file = SourceFile(path: "Sources/Corner/Room/A.swift", target: "Corner", code: "")
        #expect(file.folder == "Sources/Corner/Room")
        #expect(file.room == "Room")
        #expect(SourceFile(path: "Sources/Corner/A.swift", target: "Corner", code: "").room == "")
    }
}

extension SourceFile {
    /// The name without folders and `.swift`.
    fileprivate var name: String {
        String(path.split(separator: "/").last?.split(separator: ".").first ?? "")
    }

    /// The path without the name.
    fileprivate var folder: String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// The folders within those of the target, such as `Parsing`; empty where there are none.
    fileprivate var room: String {
        path.split(separator: "/").dropLast().drop { $0 != target }.dropFirst().joined(separator: "/")
    }

    /// The functions and constants that are declared outside any type.
    fileprivate var heldNames: Set<String> {
        let declaration = /(?m)^(?:@\w+(?:\([^)]*\))? )*(?:[a-z]+ )*(?:func|let|var) (\w+)/
        return Set(code.matches(of: declaration).map { String($0.1) })
    }

    /// The types that are declared outside any other.
    fileprivate var heldTypes: Set<String> {
        let declaration =
            /(?m)^(?:@\w+(?:\([^)]*\))? )*(?:[a-z]+ )*(?:struct|enum|class|actor|protocol|typealias) (\w+)/
        return Set(code.matches(of: declaration).map { String($0.1) })
    }

    /// The types that are extended, a nested one by each part of its name.
    fileprivate var extendedTypes: Set<String> {
        var types: Set<String> = []
        for match in code.matches(of: /(?m)^(?:@\w+ )*(?:[a-z]+ )?extension ([\w.\[\]<>]+)/) {
            if match.1.hasPrefix("[") { types.insert("Array") }
            types.formUnion(match.1.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        }
        return types
    }
}
