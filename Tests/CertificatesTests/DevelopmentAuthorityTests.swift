import Certificates
import TestSupport
import Testing

@Suite struct DevelopmentAuthorityTests {
    private let folder: TemporaryFolder
    private let authority: DevelopmentAuthority

    init() throws {
        folder = try TemporaryFolder()
        authority = try DevelopmentAuthority(machine: "test.example")
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
        _ = try run("openssl", ["x509", "-in", path, "-noout", "-checkend", String(824 * 86_400)])
        #expect(throws: (any Error).self) {
            try run("openssl", ["x509", "-in", path, "-noout", "-checkend", String(825 * 86_400)])
        }
    }

    @Test func `an authority may sign certificates, and no further authorities`() throws {
        let text = try run("openssl", ["x509", "-in", "\(folder.path)/ca.pem", "-noout", "-text"])
        #expect(text.contains("CA:TRUE, pathlen:0"))
        #expect(text.contains("Certificate Sign, CRL Sign"))
        #expect(text.contains("Corsway development CA test.example"))
    }

    @Test func `an authority that was kept issues what its first copy verifies`() throws {
        let files = try authority.files()
        let again = try DevelopmentAuthority(certificate: files.certificate, key: files.key)
        let issued = try again.issue(for: [name("localhost")])
        #expect(authority.hasIssued(issued.certificate))
        #expect(try again.files().certificate == files.certificate)
        let other = try DevelopmentAuthority(machine: "other")
        #expect(!other.hasIssued(issued.certificate))
        #expect(!other.hasIssued("nothing"))
    }

    @Test func `another key, or none, is refused`() throws {
        let (own, other) = (try authority.files(), try DevelopmentAuthority(machine: "other").files())
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
