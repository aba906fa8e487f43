import Sockets
import TestSupport
import Testing

@Suite struct TLSIdentityTests {
    private struct Files {
        let chain: [UInt8]
        let key: [UInt8]

        init(names: String = "DNS:localhost", days: Int = 30) throws {
            let files = try TestIdentities.authority.get().issue(names: names, days: days)
            chain = try contents(files.chain)
            key = try contents(files.key)
        }
    }

    private func refusal(_ chain: [UInt8], _ key: [UInt8]) -> TLSIdentityError? {
        do throws(TLSIdentityError) {
            _ = try TLSIdentity(chain: chain, key: key)
            return nil
        } catch {
            return error
        }
    }

    @Test func `names are those of subjectAltName, in lower case`() throws {
        let files = try Files(names: "DNS:A.Example,DNS:*.b.example,IP:127.0.0.1")
        let identity = try TLSIdentity(chain: files.chain, key: files.key)
        #expect(identity.names == ["a.example", "*.b.example"])
        #expect(identity.warnings.isEmpty)
    }

    @Test func `a file may hold both, and text between`() throws {
        let files = try Files()
        let both = Array("Bag Attributes\n".utf8) + files.key + Array("text\n".utf8) + files.chain
        #expect(refusal(both, both) == nil)
    }

    @Test func `a key of another certificate is refused`() throws {
        let (one, other) = (try Files(), try Files())
        let fault = try #require(refusal(one.chain, other.key))
        #expect(fault.part == .privateKey)
        #expect(fault.message.contains("not the one of the certificate"))
    }

    @Test func `files the wrong way round are told as such`() throws {
        let files = try Files()
        let fault = try #require(refusal(files.key, files.chain))
        #expect(fault.part == .certificate)
        #expect(fault.mend.contains("wrong way round"))
        #expect(refusal(files.chain, files.chain)?.message.contains("no private key") == true)
    }

    @Test func `an encrypted key is refused without asking for its password`() throws {
        let files = try TestIdentities.authority.get().issue()
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/encrypted.pem"
        try run("openssl", ["pkey", "-in", files.key, "-aes256", "-passout", "pass:secret", "-out", path])
        let fault = try #require(try refusal(contents(files.chain), contents(path)))
        #expect(fault.part == .privateKey)
        #expect(fault.message.contains("encrypted"))
        #expect(fault.mend.contains("openssl pkey"))
    }

    @Test func `a damaged file is refused, by its number in the chain`() throws {
        let files = try Files()
        let fault = try #require(refusal(files.chain + files.chain.dropLast(200), files.key))
        #expect(fault.part == .certificate)
        #expect(fault.message.contains("Certificate 2"))
        let keyFault = try #require(refusal(files.chain, files.key.dropLast(60)))
        #expect(keyFault.part == .privateKey)
        #expect(keyFault.message.contains("cannot be read"))
    }

    @Test(arguments: ["", "nothing here", "-----BEGIN"])
    func `a file without a certificate is refused`(text: String) throws {
        let files = try Files()
        let fault = try #require(refusal(Array(text.utf8), files.key))
        #expect(fault.part == .certificate)
        #expect(refusal(files.chain, Array(text.utf8))?.part == .privateKey)
    }

    @Test func `every cut of a file is refused, or is whole`() throws {
        let files = try Files()
        for end in stride(from: 0, to: files.chain.count - 40, by: 7) {
            #expect(refusal(Array(files.chain[..<end]), files.key)?.part == .certificate, "\(end)")
        }
        for end in stride(from: 0, to: files.key.count - 40, by: 7) {
            #expect(refusal(files.chain, Array(files.key[..<end]))?.part == .privateKey, "\(end)")
        }
    }

    @Test func `an expired certificate is a warning`() throws {
        let files = try Files(days: -1)
        let identity = try TLSIdentity(chain: files.chain, key: files.key)
        #expect(identity.warnings.count == 1)
        #expect(identity.warnings.first?.contains("expired") == true)
    }

    @Test func `a key that is too weak is refused`() throws {
        let folder = try TemporaryFolder()
        let (chain, key) = ("\(folder.path)/weak.pem", "\(folder.path)/weak.key")
        try run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", key, "-out", chain, "-subj",
                "/CN=x",
            ]
        )
        let fault = try #require(try refusal(contents(chain), contents(key)))
        #expect(fault.part == .certificate)
        #expect(fault.message.contains("too small"))
    }
}
