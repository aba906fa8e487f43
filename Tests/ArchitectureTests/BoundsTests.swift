import Foundation
import Testing

/// "What is bounded" in docs/architecture.md, held to the code.
///
/// The section names each stored property that can grow while the program serves, and each constant that bounds one
/// with its value: `` `Type.property` `` or `` `Type.maximumThings` 64 KiB ``. `Type.*` stands for all of a type.
@Suite struct BoundsTests {
    /// The targets whose objects live while the program serves; the others read the configuration, or are commands.
    private static let serving = [
        "Text", "HTTPSyntax", "CORSPolicy", "ProxyCore", "Sockets", "Upstream", "ProxyServer",
    ]

    private static let section = Result {
        let text = try String(
            contentsOfFile: "\(SourceTree.root)/docs/architecture.md",
            encoding: .utf8
        )
        let start = try #require(text.range(of: "\n## What is bounded\n"))
        let rest = text[start.upperBound...]
        return String(rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)])
            .replacing("\n", with: " ")
    }

    private static let members = Result {
        try SourceTree.files(in: "Sources")
            .filter { serving.contains($0.target) }
            .flatMap { StoredProperty.all(in: $0.code) }
    }

    /// The names in backticks that the section gives, of a type and its member.
    private func namesInSection() throws -> Set<String> {
        Set(try Self.section.get().matches(of: /`([A-Z]\w*\.(?:[\w.]+|\*))`/).map { String($0.1) })
    }

    @Test func `every stored property that can grow is listed`() throws {
        let names = try namesInSection()
        for property in try Self.members.get() where property.canGrow {
            #expect(
                names.contains(property.name) || names.contains("\(property.type).*"),
                "List \(property.name) in \"What is bounded\", with what bounds it, or mend that nothing does."
            )
        }
    }

    @Test func `every constant that bounds something is listed, with its value`() throws {
        let section = try Self.section.get()
        for property in try Self.members.get() where property.isBound {
            // One that is made of others needs no entry of its own.
            guard let value = property.value else { continue }
            #expect(
                Self.renderings(of: value).contains { section.contains("`\(property.name)` \($0)") },
                "Write `\(property.name)` \(Self.renderings(of: value)[0])."
            )
        }
    }

    @Test func `every name in the list stands in the code`() throws {
        let members = try Self.members.get()
        let known = Set(members.map(\.name) + members.map { "\($0.type).*" })
        for name in try namesInSection() {
            #expect(known.contains(name), "\(name) is in \"What is bounded\" and not in the code.")
        }
    }

    @Test func `the list is long`() throws {
        #expect(try Self.members.get().filter { $0.canGrow }.count > 40)
        #expect(try Self.members.get().filter { $0.isBound }.count > 20)
    }

    /// As the section may write a number: in bytes where it is a round number of those, with commas.
    private static func renderings(of value: Int) -> [String] {
        var digits = String(value)
        var grouped = ""
        while digits.count > 3 {
            grouped = ",\(digits.suffix(3))\(grouped)"
            digits.removeLast(3)
        }
        var texts = ["\(digits)\(grouped)"]
        if value % (1 << 20) == 0 { texts.insert("\(value >> 20) MiB", at: 0) }
        if value % (1 << 10) == 0 { texts.insert("\(value >> 10) KiB", at: 0) }
        return texts
    }
}

/// A property that a type stores, found by a scan of its lines as `swift format` writes them.
private struct StoredProperty {
    /// The type's name; a nested one stands behind its outer one and a dot.
    let type: String
    let member: String
    let isVariable: Bool
    let isStatic: Bool
    let annotation: String
    let initializer: String

    var name: String { "\(type).\(member)" }

    /// Whether its elements can become more.
    var canGrow: Bool {
        let isGuarded = initializer.hasPrefix("Mutex<")
        guard isVariable && !isStatic || isGuarded else { return false }
        // An empty list of another type, such as an option set, is none that grows.
        if !annotation.isEmpty, initializer == "[]" {
            return annotation.contains("[") || annotation.contains("Set<") || annotation.contains("Slice<")
        }
        return annotation.contains("[") || annotation.contains("Set<") || annotation.contains("Slice<")
            || initializer.hasPrefix("[") || initializer == "Mutex<" || initializer.hasPrefix("Mutex<[")
    }

    /// Whether it is a number that bounds something.
    var isBound: Bool {
        isStatic && !isVariable && (member.hasPrefix("maximum") || member == "highWaterMark")
    }

    /// The number that it is set to: a literal, or a product or a shift of two.
    var value: Int? {
        let words = initializer.replacing("_", with: "").split(separator: " ")
        guard let first = words.first.flatMap({ Int($0) }) else { return nil }
        guard words.count == 3, let second = Int(words[2]) else { return words.count == 1 ? first : nil }
        switch words[1] {
        case "*": return first * second
        case "<<": return first << second
        default: return nil
        }
    }

    /// All properties that stand directly in a type.
    static func all(in code: String) -> [StoredProperty] {
        var found: [StoredProperty] = []
        /// The types and other blocks around a line; nil is no type.
        var scopes: [String?] = []
        var opening: String?
        for line in code.split(separator: "\n") {
            let declaration =
                /^\s*(?:[@\w()]+ )*?(?:class|struct|enum|actor|extension|protocol) (?:\w+\.)*(\w+)/
            let other = /^\s*(?:[@\w()]+ )*?(?:func|var|let|case|init|return|subscript)\b/
            if line.firstMatch(of: other) == nil, let match = line.firstMatch(of: declaration) {
                opening = String(match.1)
            }
            if scopes.last ?? nil != nil {
                let type = scopes.compactMap { $0 }.joined(separator: ".")
                if let property = StoredProperty(line, in: type) { found.append(property) }
            }
            for character in line {
                switch character {
                case "{":
                    scopes.append(opening)
                    opening = nil
                case "}": _ = scopes.popLast()
                default: break
                }
            }
        }
        return found
    }

    private init?(_ line: Substring, in type: String) {
        let pattern = /^\s*((?:[@\w()]+ )*)(var|let) (\w+)(?:: ([^={]+))?\s*(\{)?(?:= (.*))?$/
        guard let match = line.firstMatch(of: pattern), match.5 == nil else { return nil }
        self.type = type
        isStatic = match.1.contains("static")
        isVariable = match.2 == "var"
        member = String(match.3)
        annotation = match.4.map(String.init) ?? ""
        initializer = match.6.map(String.init) ?? ""
    }
}

@Suite struct StoredPropertyTests {
    @Test func `finds what a type stores, and no locals or computed properties`() {
        let code = """
            final class Outer<T>: Base {
                private struct Inner {
                    var young: [Key: Int] = [:]
                }
                static let maximumThings = 64 << 10
                private var lines: [UInt8] = []
                let waiting = Mutex<
                    [Int]
                >([])
                let fixed: [Int] = []
                var count: Int { lines.count }
                var all: [Int] { lines.map { Int($0) } }
                func work() {
                    var local: [Int] = []
                }
            }
            """
        let found = StoredProperty.all(in: code)
        #expect(
            found.filter { $0.canGrow }.map(\.name) == ["Outer.Inner.young", "Outer.lines", "Outer.waiting"]
        )
        #expect(found.filter { $0.isBound }.map(\.value) == [65_536])
    }
}
