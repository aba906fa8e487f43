import Foundation
import TestSupport
import Testing

/// `corsway certs`.
@Suite struct CertsCommandTests {
    private let folder = Result { try TemporaryFolder() }

    private func certs(
        _ arguments: String...,
        environment: [String: String] = [:]
    ) throws -> (status: ChildProcess.Exit, output: String, errors: String) {
        let ended = try CorswayProgram.run(["certs"] + arguments, environment: environment)
        return (ended.exit, ended.output, ended.error)
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    @Test func `makes an authority once, and a certificate at each call`() throws {
        let folder = try folder.get()
        let first = try certs("--out", folder.path)
        #expect(first.status == .status(0), "\(first.errors)")
        #expect(first.output.contains("Made an authority"))
        #expect(first.output.contains("\"certificate\": \"\(folder.path)/localhost.pem\""))
        let (authority, certificate) = (folder.text(of: "corsway-ca.pem"), folder.text(of: "localhost.pem"))
        let second = try certs("--out", folder.path, "--host", "app.dev.example", "--host", "192.168.1.5")
        #expect(second.status == .status(0), "\(second.errors)")
        #expect(second.output.contains("Made a new authority, to be trusted anew"))
        #expect(folder.text(of: "corsway-ca.pem") != authority, "the first one is for other names")
        #expect(folder.text(of: "localhost.pem") != certificate)
        let (later, issued) = (folder.text(of: "corsway-ca.pem"), folder.text(of: "localhost.pem"))
        let third = try certs("--out", folder.path, "--host", "a.app.dev.example")
        #expect(third.output.contains("Kept the authority"))
        #expect(folder.text(of: "corsway-ca.pem") == later)
        #expect(folder.text(of: "localhost.pem") != issued)
        let names = try run(
            "openssl",
            ["x509", "-in", "\(folder.path)/localhost.pem", "-noout", "-ext", "subjectAltName"]
        )
        #expect(
            names.contains(
                "DNS:localhost, DNS:*.localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, "
                    + "DNS:app.dev.example, IP Address:192.168.1.5, DNS:a.app.dev.example"
            ),
            "\(names)"
        )
        for name in ["localhost", "app.dev.example", "a.app.dev.example"] {
            let paths = ["\(folder.path)/corsway-ca.pem", "\(folder.path)/localhost.pem"]
            _ = try run("openssl", ["verify", "-CAfile", paths[0], "-verify_hostname", name, paths[1]])
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 4)
    }

    @Test func `keys are readable by their owner alone`() throws {
        let folder = try folder.get()
        _ = try certs("--out", folder.path)
        for name in ["corsway-ca.key", "localhost.key"] {
            #expect(try mode("\(folder.path)/\(name)") == 0o600)
        }
        #expect(try mode("\(folder.path)/localhost.pem") & 0o444 == 0o444)
    }

    @Test func `a folder that is made is its owner's to write to, whatever the mask`() throws {
        let folder = try folder.get()
        let command = "umask 0; exec \"$0\" certs --out \"$1\""
        let path = "\(folder.path)/new/folder"
        _ = try run("/bin/sh", ["-c", command, CorswayProgram.path(), path])
        for made in [path, "\(folder.path)/new"] { #expect(try mode(made) == 0o755) }
    }

    @Test func `a certificate of somebody else is left alone without --force`() throws {
        let folder = try folder.get()
        let authority = try CertificateAuthority()
        let other = try authority.issue()
        try folder.write(String(contentsOfFile: other.chain, encoding: .utf8), to: "localhost.pem")
        let before = folder.text(of: "localhost.pem")
        let refused = try certs("--out", folder.path)
        #expect(refused.status == .status(2))
        #expect(refused.errors.contains("--force"))
        #expect(folder.text(of: "localhost.pem") == before)
        #expect(folder.text(of: "corsway-ca.pem").isEmpty)
        #expect(try certs("--out", folder.path, "--force").status == .status(0))
        #expect(folder.text(of: "localhost.pem") != before)
    }

    @Test func `an authority without its key is not replaced in silence`() throws {
        let folder = try folder.get()
        _ = try certs("--out", folder.path)
        try FileManager.default.removeItem(atPath: "\(folder.path)/corsway-ca.key")
        let refused = try certs("--out", folder.path)
        #expect(refused.status == .status(2))
        #expect(refused.errors.contains("corsway-ca.key\" is missing"))
    }

    @Test func `the folder is below XDG_DATA_HOME, or below the home`() throws {
        let folder = try folder.get()
        _ = try certs(environment: ["XDG_DATA_HOME": "\(folder.path)/data", "HOME": folder.path])
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/data/corsway/localhost.pem"))
        _ = try certs(environment: ["HOME": folder.path])
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/.local/share/corsway/localhost.pem"))
        #expect(try certs(environment: ["HOME": ""]).status == .status(2))
    }

    @Test func `a name that is none is refused before anything is written`() throws {
        let folder = try folder.get()
        let refused = try certs("--out", "\(folder.path)/new", "--host", "https://a.example")
        #expect(refused.status == .status(2))
        #expect(refused.errors.contains("without port or scheme"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/new"))
    }
}
