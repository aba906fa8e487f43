import Foundation

/// A server's certificate: files in PEM.
package struct Certificate: Sendable {
    package let chain: String
    package let key: String

    package init(chain: String, key: String) {
        self.chain = chain
        self.key = key
    }
}

/// A private certificate authority, made with the `openssl` command.
package final class CertificateAuthority: Sendable {
    private let folder: TemporaryFolder
    /// The file that a client trusts.
    package let certificate: String

    package init() throws {
        folder = try TemporaryFolder()
        certificate = "\(folder.path)/ca.pem"
        try run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "\(folder.path)/ca.key", "-out", certificate, "-days", "30",
                "-subj", "/CN=Corsway Test CA",
            ]
        )
    }

    /// The authority's own certificate, as a server's: one that is signed by itself.
    package var ownCertificate: Certificate {
        Certificate(chain: certificate, key: "\(folder.path)/ca.key")
    }

    /// Issues a certificate for some subject alternative names, in openssl's notation.
    ///
    /// It is valid for `days` from now; a negative number makes it an expired one.
    package func issue(
        names: String = "DNS:localhost,IP:127.0.0.1",
        days: Int = 30,
        commonName: String = "upstream"
    ) throws -> Certificate {
        let base = "\(folder.path)/\(UUID().uuidString)"
        try run(
            "openssl",
            [
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "\(base).key", "-out", "\(base).csr", "-subj",
                "/CN=\(commonName)",
            ]
        )
        let extensions = "\(base).ext"
        try Data("subjectAltName=\(names)\n".utf8).write(to: URL(fileURLWithPath: extensions))
        try run(
            "openssl",
            [
                "x509", "-req", "-in", "\(base).csr", "-CA", certificate, "-CAkey", "\(folder.path)/ca.key",
                "-set_serial", String(UInt32.random(in: 1...UInt32.max)), "-days", String(days), "-extfile",
                extensions, "-out", "\(base).pem",
            ]
        )
        return Certificate(chain: "\(base).pem", key: "\(base).key")
    }
}
