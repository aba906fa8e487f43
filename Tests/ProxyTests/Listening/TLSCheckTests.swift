import TestSupport
import Testing

/// What `corsway check` says of certificates.
@Suite struct TLSCheckTests {
    private static let authority = Result { try CertificateAuthority() }

    private func check(_ certificate: String, _ key: String) throws -> (
        exit: ChildProcess.Exit, error: String
    ) {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            #"{"listen": {"tls": {"certificate": "\#(certificate)", "privateKey": "\#(key)"}}}"#,
            to: "corsway.json"
        )
        let ended = try CorswayProgram.run(["check", file])
        return (ended.exit, ended.error)
    }

    @Test func `a certificate with its key is fine`() throws {
        let files = try Self.authority.get().issue()
        let (exit, error) = try check(files.chain, files.key)
        #expect(exit == .status(0))
        #expect(error.isEmpty, "\(error)")
    }

    @Test func `another key, and files the wrong way round, are refused`() throws {
        let (one, other) = (try Self.authority.get().issue(), try Self.authority.get().issue())
        let mismatch = try check(one.chain, other.key)
        #expect(mismatch.exit == .status(2))
        #expect(mismatch.error.contains("listen.tls.privateKey: The private key is not the one"))
        let turned = try check(one.key, one.chain)
        #expect(turned.exit == .status(2))
        #expect(turned.error.contains("listen.tls.certificate: The file holds a private key"))
    }

    @Test func `an expired certificate is a warning`() throws {
        let files = try Self.authority.get().issue(days: -1)
        let (exit, error) = try check(files.chain, files.key)
        #expect(exit == .status(0))
        #expect(error.contains("warning: listen.tls.certificate: The certificate has expired"))
    }
}
