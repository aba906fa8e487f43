import Foundation
import Testing

/// What each target imports; the Swift standard library needs no import.
///
/// The one list of it: the sources, Package.swift and the table in docs/architecture.md are held to it.
private let layers: [String: Set<String>] = [
    "Text": [],
    "IPAddresses": [],
    "HTTPSyntax": ["HTTPTypes", "Text"],
    "CORSPolicy": ["HTTPTypes", "IPAddresses", "Text"],
    "BrowserModel": ["CORSPolicy", "IPAddresses", "Text"],
    "Configuration": [
        "CORSPolicy", "Foundation", "HTTPSyntax", "IPAddresses", "ProxyCore", "Synchronization", "Text",
    ],
    "ProxyCore": ["CORSPolicy", "HTTPSyntax", "HTTPTypes", "IPAddresses", "Text"],
    "Sockets": ["CEpoll", "COpenSSL", "Dispatch", "Glibc", "IPAddresses", "Synchronization"],
    "Certificates": ["COpenSSL", "Text"],
    "Upstream": [
        "CCurl", "COpenSSL", "CPSL", "Dispatch", "HTTPSyntax", "IPAddresses", "Sockets",
        "Synchronization", "Text",
    ],
    "ProxyServer": [
        "Configuration", "CORSPolicy", "Dispatch", "HTTPSyntax", "HTTPTypes", "IPAddresses", "Logging",
        "ProxyCore", "Sockets", "Synchronization", "Text", "Upstream",
    ],
    "corsway": [
        "ArgumentParser", "BrowserModel", "Certificates", "Configuration", "CORSPolicy", "Dispatch",
        "Foundation", "HTTPSyntax", "HTTPTypes", "IPAddresses", "ProxyServer", "Sockets",
        "Synchronization", "Text", "Upstream",
    ],
]

/// Modules of C libraries, which have no Swift sources.
private let libraries: Set<String> = ["CCurl", "CEpoll", "COpenSSL", "CPSL"]

/// Modules that come with Swift or the system; Package.swift does not name them.
private let systemModules: Set<String> = ["Dispatch", "Foundation", "Glibc", "Synchronization"]

@Suite struct LayeringTests {
    @Test func `every target imports only what its layer may`() throws {
        for file in try SourceTree.files(in: "Sources") {
            let allowed = try #require(layers[file.target], "no layer for \(file.path)")
            for module in file.imports {
                #expect(allowed.contains(module), "\(file.path) imports \(module)")
            }
        }
    }

    @Test func `the system is called from one room`() throws {
        for file in try SourceTree.files(in: "Sources")
        where !Set(file.imports).isDisjoint(with: ["Glibc", "Musl", "Darwin", "CEpoll"]) {
            #expect(
                file.path.hasPrefix("Sources/Sockets/System/"),
                "\(file.path) calls the system itself: have Sources/Sockets/System do it."
            )
        }
    }

    @Test func `some file uses each import of a layer`() throws {
        let files = try SourceTree.files(in: "Sources")
        for (target, modules) in layers {
            let used = Set(files.filter { $0.target == target }.flatMap(\.imports))
            for module in modules.subtracting(used) {
                Issue.record("\(target) may import \(module), and no file does. Remove it from the layer.")
            }
        }
    }

    @Test func `every layer of the table has sources`() throws {
        let targets = Set(try SourceTree.files(in: "Sources").map(\.target))
        #expect(targets == Set(layers.keys))
    }

    @Test func `the package declares the imports of the layers`() throws {
        let package = try text(of: "Package.swift")
        let targets = package.matches(
            of:
                /\.(?:executableT|t)arget\(\s*name: "(\w+)",\s*(?:dependencies: \[([^\]]*)\],\s*)?swiftSettings/
        )
        #expect(Set(targets.map { String($0.1) }) == Set(layers.keys))
        for target in targets {
            let modules = try #require(layers[String(target.1)])
            let dependencies = dependencies(in: target.2 ?? "")
            #expect(dependencies == modules.subtracting(systemModules), "\(target.1)")
        }
    }

    @Test func `some file uses each dependency of a test target`() throws {
        let files = try SourceTree.files(in: "Tests")
        let targets = try text(of: "Package.swift")
            .matches(of: /\.testTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]/)
        #expect(targets.count > 10)
        for target in targets {
            let used = Set(files.filter { $0.target == target.1 }.flatMap(\.imports))
            // What all tests share may be needed by any of them.
            let unused = dependencies(in: target.2).subtracting(used).subtracting(["TestSupport"])
            #expect(unused.isEmpty, "Package.swift: \(target.1) depends on \(unused) in vain.")
        }
    }

    @Test(arguments: layers.keys.sorted())
    func `the table of the targets tells the imports`(target: String) throws {
        let rows = try text(of: "docs/architecture.md").split(separator: "\n")
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        let row = try #require(rows.first { $0.count == 4 && $0[0] == target }, "no row for \(target)")
        let modules = try #require(layers[target]).sorted { $0.lowercased() < $1.lowercased() }
        let own = modules.filter { layers.keys.contains($0) || libraries.contains($0) }
        let others = modules.filter { !own.contains($0) }
        let expected = [target, row[1], own.joined(separator: ", "), others.joined(separator: ", ")]
        let line = "| \(expected.joined(separator: " | ")) |".replacing("|  |", with: "| |")
        #expect(row == expected, "Write into docs/architecture.md:\n\(line)")
    }

    @Test func `the picture of the targets shows the imports`() throws {
        var arrows: [String: Set<String>] = [:]
        for arrow in try text(of: "docs/targets.dot").matches(of: /\n *(\w+) -> (\w+)/) {
            // libpsl shares a box with libcurl.
            let ends = arrow.2 == "CCurl" ? ["CCurl", "CPSL"] : [String(arrow.2)]
            arrows[String(arrow.1), default: []].formUnion(ends)
        }
        for (target, modules) in layers {
            let direct = arrows[target, default: []]
            #expect(direct.isSubset(of: modules), "\(target) -> \(direct.subtracting(modules))")
            var reached = direct
            while case let further = reached.union(reached.flatMap { arrows[$0, default: []] }),
                further != reached
            { reached = further }
            let drawn = modules.filter { layers.keys.contains($0) || libraries.contains($0) }
            #expect(drawn.isSubset(of: reached), "\(target) -> \(drawn.subtracting(reached))")
        }
    }

    @Test(arguments: ["targets", "request"])
    func `a picture is drawn of its text`(name: String) throws {
        let labels = try text(of: "docs/\(name).dot").matches(of: /label=\x22([^\x22]*)\x22/).flatMap {
            $0.1.replacing("\\n", with: "\n").split(separator: "\n").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        }
        let drawn = try text(of: "docs/\(name).svg").matches(of: /<text [^>]*>([^<]*)</).map {
            $0.1.replacing("&#39;", with: "'").replacing("&#45;", with: "-")
                .trimmingCharacters(in: .whitespaces)
        }
        #expect(drawn.sorted() == labels.sorted(), "Run `make docs`, with Graphviz installed.")
    }

    /// The modules of a list of dependencies as Package.swift writes it.
    private func dependencies(in list: Substring) -> Set<String> {
        var names = Set(list.matches(of: /"(\w+)"/).map { String($0.1) })
        if list.contains("httpTypes") { names.insert("HTTPTypes") }
        return names
    }

    private func text(of path: String) throws -> String {
        try String(contentsOfFile: "\(SourceTree.root)/\(path)", encoding: .utf8)
    }

    @Test func `unsafe code stands where C is called only`() throws {
        let edges = ["Sockets", "Certificates", "Upstream"]
        for file in try SourceTree.files(in: "Sources") where !edges.contains(file.target) {
            #expect(!file.words.contains("unsafe"), "\(file.path)")
        }
    }

    @Test(arguments: ["try!", "fatalError(", "@unchecked Sendable", "nonisolated(unsafe)", "as!"])
    func `a construct that can trap or lie stands nowhere`(construct: String) throws {
        for folder in ["Sources", "Tests"] {
            for file in try SourceTree.files(in: folder) {
                #expect(!file.code.contains(construct), "\(file.path)")
            }
        }
    }

    @Test func `tests reach the program from outside`() throws {
        let targets = Set(layers.keys)
        for file in try SourceTree.files(in: "Tests")
        where ["ProxyTests", "TestSupport"].contains(file.target) {
            #expect(targets.isDisjoint(with: file.imports), "\(file.path)")
        }
    }
}

@Suite struct SourceFileTests {
    @Test(arguments: [
        ("import Foundation", ["Foundation"]),
        ("@testable import Sockets", ["Sockets"]),
        ("public import struct HTTPTypes.HTTPField", ["HTTPTypes"]),
        ("let important = 1 // import Glibc", []),
        ("/* import Glibc /* nested */ import Dispatch */", []),
        ("let text = \"import Glibc\"", []),
        ("let text = #\"\"\"\n import Glibc \" \n\"\"\"#\nimport A", ["A"]),
    ])
    func `finds the imports of a file and no others`(text: String, modules: [String]) {
        #expect(SourceFile(path: "", target: "", code: codeOnly(text)).imports == modules)
    }
}
