import Foundation

/// One Swift file of the package, without comments and the text of string literals.
struct SourceFile {
    let path: String
    /// The folder below `Sources` or `Tests`.
    let target: String
    let code: String

    /// The modules that the file imports.
    var imports: [String] {
        code.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let index = words.firstIndex(of: "import"), words.prefix(index).allSatisfy(isImportModifier)
            else { return nil }
            let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let rest = words[(index + 1)...].drop { kinds.contains($0) }
            return rest.first?.split(separator: ".").first.map(String.init)
        }
    }

    /// The identifiers and keywords of the code.
    var words: Set<Substring> {
        Set(code.utf8.split { !isWordByte($0) }.map { Substring($0) })
    }

    /// The names of the types that the file declares or extends, nested ones by their last name.
    var declaredTypes: Set<Substring> {
        let kinds = ["class", "struct", "enum", "actor", "protocol", "extension", "typealias"]
        var names: Set<Substring> = []
        var isName = false
        for word in code.utf8.split(whereSeparator: { !isWordByte($0) && $0 != UInt8(ascii: ".") }) {
            let word = Substring(word)
            if isName, let name = word.split(separator: ".").last { names.insert(name) }
            isName = kinds.contains(String(word))
        }
        return names
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: byte >= 0x80
        }
    }

    private func isImportModifier(_ word: String) -> Bool {
        word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
    }
}

/// The package's sources, found from where this file stands.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static let sources = Result { try scannedFiles(in: "Sources") }
    private static let tests = Result { try scannedFiles(in: "Tests") }

    /// All Swift files below `Sources` or `Tests`; each is read once.
    static func files(in folder: String) throws -> [SourceFile] {
        try (folder == "Tests" ? tests : sources).get()
    }

    private static func scannedFiles(in folder: String) throws -> [SourceFile] {
        let base = "\(root)/\(folder)"
        return try FileManager.default.subpathsOfDirectory(atPath: base)
            .filter { $0.hasSuffix(".swift") }
            .sorted()
            .map { path in
                let text = try String(contentsOfFile: "\(base)/\(path)", encoding: .utf8)
                let target = path.split(separator: "/").first.map(String.init) ?? ""
                return SourceFile(path: "\(folder)/\(path)", target: target, code: codeOnly(text))
            }
    }
}

/// Blanks out comments and string literals, so that words in them are not taken for code.
func codeOnly(_ text: String) -> String {
    var scanner = CodeScanner(Array(text.utf8))
    return scanner.scan()
}

/// Knows what is comment, what is literal and what is code in a Swift file.
private struct CodeScanner {
    /// What a comment or a literal can begin with.
    private static let openings = Array("/#\"".utf8)

    private let bytes: [UInt8]
    private var index = 0
    private var output: [UInt8] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func scan() -> String {
        while index < bytes.count {
            if !Self.openings.contains(bytes[index]) {
                output.append(bytes[index])
                index += 1
            } else if looks("//") {
                skip(until: "\n")
            } else if looks("/*") {
                skipBlockComment()
            } else if let closing = literalAhead() {
                skip(past: closing)
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private func looks(_ text: String, at offset: Int = 0) -> Bool {
        bytes.dropFirst(index + offset).starts(with: text.utf8)
    }

    /// Steps over an opening quote, raw ones included, and returns what closes the literal.
    private mutating func literalAhead() -> String? {
        var hashes = 0
        while looks("#", at: hashes) { hashes += 1 }
        guard looks("\"", at: hashes) else { return nil }
        let quote = looks("\"\"\"", at: hashes) ? "\"\"\"" : "\""
        index += hashes + quote.utf8.count
        return quote + String(repeating: "#", count: hashes)
    }

    private mutating func skip(past closing: String) {
        let isRaw = closing.hasSuffix("#")
        while index < bytes.count, !looks(closing) {
            index += !isRaw && bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += closing.utf8.count
    }

    private mutating func skip(until end: String) {
        while index < bytes.count, !looks(end) { index += 1 }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if looks("/*") {
                depth += 1
                index += 2
            } else if looks("*/") {
                depth -= 1
                index += 2
            } else {
                index += 1
            }
        } while depth > 0 && index < bytes.count
    }
}
