import Foundation
import Testing

/// The files and types that pages name in backticks, held to the tree.
@Suite struct DocumentedNamesTests {
    /// Pages that tell how the program is built: what looks like a type there is one of ours.
    private static let inner = ["docs/architecture.md", "CONTRIBUTING.md", "SECURITY.md"]

    /// Names that are not ours: the package's own file, and a field of HTTP.
    private static let foreign: Set<String> = ["Package.swift", "Origin"]

    private static func pages() throws -> [String] {
        let docs = try FileManager.default.contentsOfDirectory(atPath: "\(SourceTree.root)/docs")
            .filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
        return (docs + inner.dropFirst() + ["README.md"]).sorted()
            .filter { FileManager.default.fileExists(atPath: "\(SourceTree.root)/\($0)") }
    }

    private static let sources = Result {
        try SourceTree.files(in: "Sources") + SourceTree.files(in: "Tests")
    }

    /// The words of the files that declare or extend a type, by its name.
    private static let types = Result {
        var types: [Substring: [Set<Substring>]] = [:]
        for file in try sources.get() {
            let words = file.words
            for type in file.declaredTypes { types[type, default: []].append(words) }
        }
        return types
    }

    /// All text in which a name of an outer page may stand, comments and literals included.
    private static let texts = Result {
        try ["Sources", "deploy"].flatMap { folder in
            let base = "\(SourceTree.root)/\(folder)"
            return try FileManager.default.subpathsOfDirectory(atPath: base)
                .compactMap { try? String(contentsOfFile: "\(base)/\($0)", encoding: .utf8).lowercased() }
        }
    }

    @Test(arguments: try pages())
    func `every file that a page names exists`(page: String) throws {
        let entries = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root)
        let files = try Self.sources.get().map(\.path)
        for span in try spans(of: page) where !Self.foreign.contains(span) {
            let path = span.hasSuffix("/") ? String(span.dropLast()) : span
            // What a build makes is there or not.
            if path.hasPrefix(".build/") { continue }
            if entries.contains(where: { path.hasPrefix("\($0)/") }) {
                let exists = FileManager.default.fileExists(atPath: "\(SourceTree.root)/\(path)")
                #expect(exists, "\(page) names \(span), which does not exist.")
            } else if path.hasSuffix(".swift") {
                #expect(
                    files.contains { $0.hasSuffix("/\(path)") },
                    "\(page) names \(span), which no folder holds."
                )
            }
        }
    }

    @Test(arguments: try pages().filter { inner.contains($0) })
    func `every type that an inner page names is declared`(page: String) throws {
        for span in try spans(of: page) where !Self.foreign.contains(span) {
            guard !span.hasSuffix(".swift"),
                let match = span.wholeMatch(of: /([A-Z]\w*(?:\.[A-Z]\w*)*)(?:\.(\w+|\*))?(?:\(.*\))?/),
                match.1.contains(where: \.isLowercase)
            else { continue }
            let type = match.1.split(separator: ".").last ?? ""
            let places = try Self.types.get()[type] ?? []
            #expect(!places.isEmpty, "\(page) names \(span), and no file declares \(match.1).")
            guard !places.isEmpty, let member = match.2, member != "*" else { continue }
            #expect(
                places.contains { $0.contains(member) },
                "\(page) names \(span), and no file of \(match.1) has \(member)."
            )
        }
    }

    @Test(arguments: try pages().filter { !inner.contains($0) })
    func `every compound name of an outer page stands in the sources`(page: String) throws {
        let texts = try Self.texts.get()
        for span in try spans(of: page) where span.contains(/^[A-Z][a-z]+(?:[A-Z][a-z]+)+$/) {
            let name = span.lowercased()
            #expect(texts.contains { $0.contains(name) }, "\(page) names \(span)")
        }
    }

    @Test func `the pages name many files and types`() throws {
        let spans = try spans(of: "docs/architecture.md")
        #expect(spans.count > 100)
    }

    /// What a page has in backticks, without its fenced blocks.
    private func spans(of page: String) throws -> Set<String> {
        let text = try String(contentsOfFile: "\(SourceTree.root)/\(page)", encoding: .utf8)
            .replacing(/```[\s\S]*?```/, with: "")
        return Set(text.matches(of: /`([^`\n]+)`/).map { String($0.1) })
    }
}
