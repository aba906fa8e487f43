import Foundation
import Testing

@testable import Configuration

/// `listen.tls`.
struct TLSTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("corsway-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["a.pem", "a.key", "b.pem", "b.key"] {
            try Data("bytes of \(name)".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
    }

    private func tls(_ name: String) -> String {
        #"{"certificate": "\#(folder)/\#(name).pem", "privateKey": "\#(folder)/\#(name).key"}"#
    }

    private func remove() {
        do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record(error) }
    }

    @Test func `takes one certificate, a list, or null`() throws {
        defer { remove() }
        for (json, names) in [
            (tls("a"), ["a"]), ("[\(tls("a")), \(tls("b"))]", ["a", "b"]), ("null", []),
        ] {
            let listen = try #require(try load(#"{"listen": {"tls": \#(json)}}"#).listeners.first)
            #expect(listen.tls.map(\.certificate.path) == names.map { "\(folder)/\($0).pem" })
            #expect(listen.tls.map(\.privateKey.bytes) == names.map { Array("bytes of \($0).key".utf8) })
            #expect(listen.scheme == (names.isEmpty ? "http" : "https"))
        }
    }

    @Test func `tells faults where they are`() {
        defer { remove() }
        var validators = Validators()
        validators.tlsFindings = { chain, key in
            var findings = TLSFindings()
            if chain == Array("bytes of b.pem".utf8) {
                findings.certificateFault = Fault("Bad chain.", mend: "A.")
            }
            if key == Array("bytes of b.key".utf8) { findings.keyFault = Fault("Bad key.", mend: "B.") }
            return findings
        }
        let lines = refusals(
            #"{"listen": [{"tls": [\#(tls("a")), \#(tls("b"))]}]}"#,
            validators: validators
        )
        #expect(lines.count == 2)
        #expect(lines.first?.hasSuffix("error: listen[0].tls[1].certificate: Bad chain. A.") == true)
        #expect(lines.last?.hasSuffix("error: listen[0].tls[1].privateKey: Bad key. B.") == true)
    }

    @Test func `warns of what can be served and will be refused`() throws {
        defer { remove() }
        var validators = Validators()
        validators.tlsFindings = { _, _ in
            var findings = TLSFindings()
            findings.warnings = [Fault("It has expired.")]
            return findings
        }
        let warnings = try load(#"{"listen": {"tls": \#(tls("a"))}}"#, validators: validators).warnings
        #expect(warnings.map(\.severity) == [.warning])
        #expect(warnings.map(\.path) == ["listen.tls.certificate"])
    }

    @Test(arguments: [
        (
            #"{"certificate": "/nowhere/a.pem", "privateKey": "/dev/null"}"#,
            #"There is no file "/nowhere/a.pem""#
        ),
        (#"{"privateKey": "/dev/null"}"#, #""certificate" is missing"#),
        (#"{"certificate": "/dev/null", "key": "/dev/null"}"#, #""key" is not a key here"#),
        ("[]", "The list is empty"), ("true", "An object is due"), (#"{"certificate": ""}"#, "A path is due"),
    ])
    func `refuses what names no files`(json: String, words: String) {
        defer { remove() }
        let lines = refusals(#"{"listen": {"tls": \#(json)}}"#)
        #expect(lines.contains { $0.contains(words) }, "\(lines)")
    }
}
