import Testing

/// A file is named after the type that it holds, or after the type that it extends and what for.
@Suite struct FileNameTests {
    @Test(arguments: [
        "Text", "IPAddresses", "HTTPSyntax", "CORSPolicy", "ProxyCore", "BrowserModel", "Certificates",
        "Upstream",
    ])
    func `every file of a target is named after a type of its own`(target: String) throws {
        let files = try SourceTree.files(in: "Sources").filter { $0.target == target }
        #expect(!files.isEmpty)
        for file in files where !file.name.isEmpty {
            let isHeld = file.heldTypes.contains(file.name)
            let isExtended = file.extendedTypes.contains { file.name.hasPrefix($0) && file.name != $0 }
            #expect(
                isHeld || isExtended,
                "\(file.path) holds \(file.heldTypes.sorted()) and extends \(file.extendedTypes.sorted())"
            )
        }
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
}

extension SourceFile {
    /// The name without folders and `.swift`.
    fileprivate var name: String {
        String(path.split(separator: "/").last?.split(separator: ".").first ?? "")
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
