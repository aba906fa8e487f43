import Testing

/// What each target may import; the Swift standard library needs no import.
private let layers: [String: Set<String>] = [
    "Text": [],
    "IPAddresses": [],
    "HTTPSyntax": ["Text", "HTTPTypes"],
    "CORSPolicy": ["HTTPTypes", "IPAddresses", "Text"],
    "BrowserModel": ["CORSPolicy", "IPAddresses", "Text"],
    "Configuration": [
        "CORSPolicy", "HTTPSyntax", "IPAddresses", "ProxyCore", "Text", "Foundation", "Synchronization",
    ],
    "ProxyCore": ["HTTPSyntax", "CORSPolicy", "IPAddresses", "Text", "HTTPTypes"],
    "Sockets": ["CEpoll", "COpenSSL", "IPAddresses", "Dispatch", "Glibc", "Synchronization"],
    "Certificates": ["COpenSSL", "Text"],
    "Upstream": [
        "CCurl", "COpenSSL", "CPSL", "HTTPSyntax", "IPAddresses", "Sockets", "Text", "Dispatch", "Glibc",
        "Synchronization",
    ],
    "ProxyServer": [
        "HTTPSyntax", "CORSPolicy", "Configuration", "IPAddresses", "ProxyCore", "Sockets", "Text",
        "Upstream",
        "Dispatch", "HTTPTypes", "Logging", "Synchronization",
    ],
    "corsway": [
        "ProxyServer", "Certificates", "Configuration", "CORSPolicy", "BrowserModel", "HTTPSyntax",
        "HTTPTypes",
        "IPAddresses", "Sockets", "Synchronization", "Text", "Upstream", "ArgumentParser", "Logging",
        "Foundation",
        "Dispatch",
    ],
]

@Suite struct LayeringTests {
    @Test func `every target imports only what its layer may`() throws {
        for file in try SourceTree.files(in: "Sources") {
            let allowed = try #require(layers[file.target], "no layer for \(file.path)")
            for module in file.imports {
                #expect(allowed.contains(module), "\(file.path) imports \(module)")
            }
        }
    }

    @Test func `every layer of the table has sources`() throws {
        let targets = Set(try SourceTree.files(in: "Sources").map(\.target))
        #expect(targets == Set(layers.keys))
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

extension SourceFile {
    /// The identifiers and keywords of the code.
    fileprivate var words: Set<Substring> {
        Set(code.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
    }
}
