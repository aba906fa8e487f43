import Foundation
import Testing

@testable import Configuration

struct FileTests {
    /// Calls `body` with the path of a folder, which ends in a slash and is removed afterwards.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("corsway-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }
        try body(folder.path + "/")
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func load(file path: String, environment: [String: String] = [:]) throws(ConfigurationError)
        -> Settings
    {
        try Settings.load(file: path, flags: Flags(), environment: environment, validators: Validators())
    }

    private func refusal(of path: String) -> String? {
        do throws(ConfigurationError) {
            _ = try load(file: path)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `finds files beside the configuration`() throws {
        try withFolder { folder in
            try write("<h1>Help</h1>", to: folder + "help.HTML")
            try write("PEM", to: folder + "ca.pem")
            let json =
                #"{"prefix": {"helpFile": "help.HTML"}, "upstream": {"caFile": "./ca.pem"}, "log": {"file": "new.log"}}"#
            try write(json, to: folder + "corsway.json")
            let settings = try load(file: folder + "corsway.json")
            #expect(settings.prefix.helpFile?.bytes == Array("<h1>Help</h1>".utf8))
            #expect(settings.prefix.helpFile?.isHTML == true)
            #expect(settings.upstream.caFile == folder + "./ca.pem")
            #expect(settings.log.file == folder + "new.log")
        }
        #expect(!HelpFile(path: "help.txt", bytes: []).isHTML)
    }

    @Test func `leaves absolute paths as they are, and relative ones of a bare name`() {
        #expect(LocalFile(name: "a/b/c.json", bytes: []).path(of: "d") == "a/b/d")
        #expect(LocalFile(name: "a/c.json", bytes: []).path(of: "/d") == "/d")
        #expect(LocalFile(name: "c.json", bytes: []).path(of: "d") == "d")
    }

    @Test func `refuses files that are named and cannot be read`() throws {
        try withFolder { folder in
            let json = #"{"prefix": {"helpFile": "no.html"}, "upstream": {"caFile": "."}}"#
            try write(json, to: folder + "c.json")
            let help =
                "\(folder)c.json:1:25: error: prefix.helpFile: There is no file \"\(folder)no.html\". Correct the path."
            let authorities =
                "\(folder)c.json:1:60: error: upstream.caFile: \"\(folder).\" is a folder. Name a file."
            #expect(refusal(of: folder + "c.json") == "\(help)\n\(authorities)")
        }
    }

    @Test func `refuses a configuration that is missing, a folder or too large`() throws {
        try withFolder { folder in
            let name = folder + "c.json"
            #expect(refusal(of: name) == "\(name): error: There is no file \"\(name)\". Correct the path.")
            #expect(refusal(of: folder) == "\(folder): error: \"\(folder)\" is a folder. Name a file.")
            try write("{" + String(repeating: " ", count: (4 << 20) - 2) + "}", to: name)
            #expect(refusal(of: name) == nil)
            try write("{" + String(repeating: " ", count: (4 << 20) - 1) + "}", to: name)
            #expect(refusal(of: name) == "\(name): error: \"\(name)\" is larger than 4MB. Make it smaller.")
        }
    }

    @Test(
        arguments: [
            ("k-123", "k-123"), ("k-123\n", "k-123"), ("k-123\r\n", "k-123"),
            ("k\n\n", nil), ("a\nb", nil), ("\n", nil), ("", nil), ("a\u{0}", nil),
        ] as [(String, String?)]
    )
    func `reads a secret from a file beside the configuration`(contents: String, key: String?) throws {
        try withFolder { folder in
            try write(contents, to: folder + "key.txt")
            try write(#"{"clientKeys": ["${file:key.txt}"]}"#, to: folder + "c.json")
            if let key {
                #expect(try load(file: folder + "c.json").clientKeys == [Secret(key)])
            } else {
                let head = "\(folder)c.json:1:17: error: clientKeys[0]: \"\(folder)key.txt\" "
                #expect(refusal(of: folder + "c.json")?.hasPrefix(head) == true)
            }
        }
    }

    @Test func `refuses a secret whose file is missing or no text`() throws {
        try withFolder { folder in
            try write(#"{"clientKeys": ["${file:key.txt}"]}"#, to: folder + "c.json")
            let head = "\(folder)c.json:1:17: error: clientKeys[0]: "
            let missing = head + "There is no file \"\(folder)key.txt\". Correct the path."
            #expect(refusal(of: folder + "c.json") == missing)
            try Data([0x6B, 0xFF]).write(to: URL(fileURLWithPath: folder + "key.txt"))
            let binary = head + "\"\(folder)key.txt\" is not text in UTF-8. Keep one line of text in it."
            #expect(refusal(of: folder + "c.json") == binary)
        }
    }
}
