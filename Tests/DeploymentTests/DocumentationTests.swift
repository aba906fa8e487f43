import Foundation
import TestSupport
import Testing

@Suite struct DocumentationTests {
    /// The paths of all pages.
    private static func pages() throws -> [String] {
        let pages = try Repository.files(in: "docs", endingIn: ".md")
        return ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
            + pages.map { String($0.dropFirst(Repository.root.count + 1)) }
    }

    @Test(arguments: try pages())
    func `every configuration that a page shows is fine`(page: String) throws {
        for text in try Self.blocks(of: "json", in: Repository.text(of: page)) where text.hasPrefix("{") {
            let folder = try TemporaryFolder()
            let file = try folder.write(text, to: "corsway.json")
            var environment: [String: String] = [:]
            for match in text.matches(of: /\$\{(env|file):([^}]+)\}/) {
                guard match.1 == "file" else {
                    environment[String(match.2)] = "0123456789abcdef"
                    continue
                }
                let secret = URL(fileURLWithPath: "\(folder.path)/\(match.2)")
                try FileManager.default.createDirectory(
                    at: secret.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data("0123456789abcdef\n".utf8).write(to: secret)
            }
            let (exit, _, error) = try CorswayProgram.run(["check", file], environment: environment)
            #expect(exit == .status(0) && error.isEmpty, "\(text)\n\(error)")
        }
    }

    @Test(arguments: try pages())
    func `every link of a page leads somewhere`(page: String) throws {
        let folder = page.split(separator: "/").dropLast().joined(separator: "/")
        for link in try Repository.text(of: page).matches(of: /\]\(([^)\s]+)\)/).map({ String($0.1) })
        where !link.contains("://") {
            let parts = link.split(separator: "#", omittingEmptySubsequences: false)
            let name = parts[0].isEmpty ? page : folder.isEmpty ? String(parts[0]) : "\(folder)/\(parts[0])"
            let path = URL(fileURLWithPath: Repository.path(name)).standardized.path
            try #require(FileManager.default.fileExists(atPath: path), "\(link)")
            guard parts.count > 1 else { continue }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(Self.anchors(of: text).contains(String(parts[1])), "\(link)")
        }
    }

    @Test func `every line for corsway has a command and options that there are`() throws {
        let commands = try CorswayProgram.run(["--help"]).output
        for page in try Self.pages() {
            let lines = try Self.blocks(of: "sh", in: Repository.text(of: page)).joined(separator: "\n")
            for words in lines.split(separator: "\n").map({ $0.split(separator: " ") }) {
                guard let start = words.firstIndex(of: "corsway"),
                    words[..<start].allSatisfy({ $0.contains("=") })
                else { continue }
                let arguments = words[(start + 1)...].prefix { !["#", ">", "&&", "|"].contains($0) }
                let command = arguments.first.flatMap { $0.hasPrefix("-") ? nil : String($0) } ?? "serve"
                #expect(commands.contains("\n  \(command) "), "\(page): corsway \(command)")
                let help = try CorswayProgram.run([command, "--help"]).output
                for option in arguments where option.hasPrefix("--") {
                    #expect(help.contains(option), "\(page): corsway \(command) \(option)")
                }
            }
        }
    }

    /// The fenced blocks of a language.
    private static func blocks(of language: String, in text: String) -> [String] {
        text.components(separatedBy: "\n```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    /// The anchors that GitHub makes of headings.
    private static func anchors(of text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { heading in
            heading.drop { $0 == "#" }.dropFirst().lowercased()
                .filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
                .replacingOccurrences(of: " ", with: "-")
        }
    }
}
