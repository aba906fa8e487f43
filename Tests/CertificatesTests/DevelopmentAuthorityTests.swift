import Certificates
import TestSupport
import Testing

@Suite struct DevelopmentAuthorityTests {
    private let folder: TemporaryFolder
    private let authority: DevelopmentAuthority

    init() throws {
        folder = try TemporaryFolder()
        authority = try DevelopmentAuthority(
            machine: "test.example",
            names: ["localhost", "127.0.0.1", "::1", "*.dev.example"].map { text throws(CertificateError) in
                try CertificateName(text) { ["127.0.0.1", "::1"].contains($0) }
            }
        )
        try folder.write(authority.files().certificate, to: "ca.pem")
    }

    private func name(_ text: String) throws(CertificateError) -> CertificateName {
        try CertificateName(text) { ["127.0.0.1", "::1"].contains($0) }
    }

    /// Writes a certificate for names, and returns what openssl says of it.
    private func issued(_ names: String...) throws -> String {
        let files = try authority.issue(for: names.map(name))
        try folder.write(files.certificate, to: "cert.pem")
        try folder.write(files.key, to: "cert.key")
        return try run("openssl", ["x509", "-in", "\(folder.path)/cert.pem", "-noout", "-text"])
    }

    private func verify(_ arguments: String...) throws -> String {
        try run(
            "openssl",
            ["verify", "-x509_strict", "-CAfile", "\(folder.path)/ca.pem", "-purpose", "sslserver"]
                + arguments + ["\(folder.path)/cert.pem"]
        )
    }

    @Test func `openssl verifies what was issued, by the strict rules`() throws {
        _ = try issued("localhost", "127.0.0.1", "::1", "*.dev.example")
        #expect(try verify().hasSuffix("cert.pem: OK\n"))
        #expect(try verify("-verify_hostname", "localhost").hasSuffix("OK\n"))
        #expect(try verify("-verify_hostname", "a.dev.example").hasSuffix("OK\n"))
        #expect(try verify("-verify_ip", "::1").hasSuffix("OK\n"))
        #expect(throws: (any Error).self) { try verify("-verify_hostname", "other.example") }
    }

    @Test func `a server's certificate has what browsers demand`() throws {
        let text = try issued("localhost", "127.0.0.1", "[::1]")
        for line in [
            "Version: 3", "CA:FALSE", "TLS Web Server Authentication", "Digital Signature",
            "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1", "ecdsa-with-SHA256",
            "Subject Key Identifier", "Authority Key Identifier",
        ] {
            #expect(text.contains(line), "\(line)")
        }
        let path = "\(folder.path)/cert.pem"
        _ = try run("openssl", ["x509", "-in", path, "-noout", "-checkend", String(396 * 86_400)])
        #expect(throws: (any Error).self) {
            try run("openssl", ["x509", "-in", path, "-noout", "-checkend", String(397 * 86_400)])
        }
    }

    @Test func `an authority may sign certificates, and no further authorities`() throws {
        let text = try run("openssl", ["x509", "-in", "\(folder.path)/ca.pem", "-noout", "-text"])
        #expect(text.contains("CA:TRUE, pathlen:0"))
        #expect(text.contains("Certificate Sign, CRL Sign"))
        #expect(text.contains("Corsway development CA test.example"))
    }

    @Test(arguments: [
        "other.example", "*.example", "dev.example.evil", "127.0.0.2", "10.0.0.1", "::2", "xlocalhost",
    ])
    func `an authority is good for its own names alone`(text: String) throws {
        let isAddress = text.allSatisfy { $0.isHexDigit || ".:".contains($0) }
        let other = try CertificateName(text) { _ in isAddress }
        #expect(try !authority.permits([name("localhost"), other]))
        // Somebody who has the key issues it all the same, and is not believed.
        try folder.write(authority.issue(for: [name("localhost"), other]).certificate, to: "cert.pem")
        let (exit, _) = try outcome(
            "openssl",
            "verify",
            "-CAfile",
            "\(folder.path)/ca.pem",
            "\(folder.path)/cert.pem"
        )
        #expect(exit != .status(0))
        for text in ["a.localhost", "*.localhost", "a.b.dev.example", "dev.example"] {
            #expect(try authority.permits([name(text), name("127.0.0.1"), name("::1")]), "\(text)")
        }
    }

    private func outcome(_ program: String, _ arguments: String...) throws -> (ChildProcess.Exit, String) {
        let child = try ChildProcess(program, arguments, environment: ["PATH": "/usr/bin:/bin"])
        return (try child.exit(), child.standardOutput + child.standardError)
    }

    @Test func `an authority is good for two years, and what it issues for one`() throws {
        let path = "\(folder.path)/ca.pem"
        _ = try run("openssl", ["x509", "-in", path, "-noout", "-checkend", String(729 * 86_400)])
        #expect(throws: (any Error).self) {
            try run("openssl", ["x509", "-in", path, "-noout", "-checkend", String(730 * 86_400)])
        }
        let text = try run("openssl", ["x509", "-in", path, "-noout", "-text"])
        #expect(text.contains("X509v3 Name Constraints: critical"), "\(text)")
    }

    @Test func `the names of a certificate are read back`() throws {
        let files = try authority.issue(for: ["localhost", "*.dev.example", "127.0.0.1", "::1"].map(name))
        #expect(
            try DevelopmentAuthority.names(in: files.certificate)
                == ["localhost", "*.dev.example", "127.0.0.1", "0:0:0:0:0:0:0:1"]
        )
        #expect(try DevelopmentAuthority.names(in: "nothing") == [])
    }

    @Test func `an authority that was kept issues what its first copy verifies`() throws {
        let files = try authority.files()
        let again = try DevelopmentAuthority(certificate: files.certificate, key: files.key)
        let issued = try again.issue(for: [name("localhost")])
        #expect(authority.hasIssued(issued.certificate))
        #expect(try again.files().certificate == files.certificate)
        let other = try DevelopmentAuthority(machine: "other", names: [name("localhost")])
        #expect(!other.hasIssued(issued.certificate))
        #expect(!other.hasIssued("nothing"))
    }

    @Test func `another key, or none, is refused`() throws {
        let own = try authority.files()
        let other = try DevelopmentAuthority(machine: "other", names: [name("localhost")]).files()
        for (certificate, key) in [(own.certificate, other.key), (own.certificate, ""), ("", own.key)] {
            #expect(throws: CertificateError.self) {
                _ = try DevelopmentAuthority(certificate: certificate, key: key)
            }
        }
        let issued = try authority.issue(for: [name("localhost")])
        #expect(throws: CertificateError.self) {
            _ = try DevelopmentAuthority(certificate: issued.certificate, key: issued.key)
        }
    }

    @Test(arguments: [
        "", ".", "a,DNS:evil.example", "a b", "https://a.example", "a.example:8080", "*", "*.*.a", "a..b",
        "-a.example", "ä.example", "a\n.example", "dirName:x",
    ])
    func `what is no host name is refused`(text: String) {
        #expect(throws: CertificateError.self) { _ = try name(text) }
    }

    @Test func `serial numbers and keys are never the same`() throws {
        let (one, other) = (try issued("localhost"), try issued("localhost"))
        #expect(one != other)
    }
}
