import Testing

@testable import ProxyCore

/// The realms of Basic challenges are a target's own; all else stays as it is.
@Suite struct BasicChallengeTests {
    private func edited(_ value: String, for target: String = "https://a.example") -> String? {
        switch BasicChallenge.edit(Array(value.utf8)[...], for: target) {
        case nil: value
        case .set(let bytes): String(decoding: bytes, as: UTF8.self)
        case .drop: nil
        }
    }

    @Test(arguments: [
        (#"Basic realm="Restricted""#, #"Basic realm="https://a.example Restricted""#),
        (#"basic REALM = "x""#, #"Basic realm="https://a.example x""#),
        ("BASIC realm=token", #"Basic realm="https://a.example token""#),
        ("Basic", #"Basic realm="https://a.example""#),
        (#"Basic realm="""#, #"Basic realm="https://a.example""#),
        (
            #"Basic realm="a \"b\" \\c, d", charset="UTF-8""#,
            #"Basic realm="https://a.example a \"b\" \\c, d", charset="UTF-8""#
        ),
        (#"Basic charset="UTF-8", realm="x""#, #"Basic realm="https://a.example x", charset="UTF-8""#),
        (#"Basic realm="one", realm="two""#, #"Basic realm="https://a.example two""#),
        (
            #"Basic realm="one", Basic realm="two""#,
            #"Basic realm="https://a.example one", Basic realm="https://a.example two""#
        ),
        (#"Negotiate, Basic realm="x""#, #"Negotiate, Basic realm="https://a.example x""#),
        (#"Basic realm="x", Negotiate"#, #"Basic realm="https://a.example x", Negotiate"#),
        (
            #"Digest realm="d",  nonce="n, Basic", qop="auth",Basic realm="x" ,Bearer"#,
            #"Digest realm="d",  nonce="n, Basic", qop="auth", Basic realm="https://a.example x",Bearer"#
        ),
        (
            #"Basic realm="https://b.example Restricted""#,
            #"Basic realm="https://a.example https://b.example Restricted""#
        ),
        ("Basic YWJj", #"Basic realm="https://a.example""#),
    ])
    func `a Basic challenge gets the target's name`(value: String, expected: String) {
        #expect(edited(value) == expected)
    }

    @Test(arguments: [
        #"Bearer realm="Basic realm=x", scope="a  b""#, "Negotiate", "NTLM TlRMTVNTUAACAAAA==", "", ",", "x",
        #"Digest realm="Basic", nonce="a\", Basic realm=\"x", opaque=basic"#, #"Basically realm="x""#,
        #"DPoP algs="ES256",  error="use_dpop_nonce""#, #"Negotiate abc="#,
    ])
    func `challenges of other schemes stay byte for byte`(value: String) {
        #expect(edited(value) == value)
    }

    @Test(arguments: [
        #"Negotiate a"b, Basic realm="x""#, #"Digest nonce="n, Basic realm=x"#,
        #"Digest x"", Basic realm="x"#,
        #"Basic realm="x"#,
    ])
    func `a line that browsers may part in other ways is left out where it may be Basic`(value: String) {
        #expect(edited(value) == nil)
    }

    @Test func `two targets never have a realm in common`() {
        let realms = ["", "x", "https://b.example", "https://a.example x", #"" x"#, #"\"#]
        for realm in realms {
            for other in realms {
                let one = edited("Basic realm=\(quoted(realm))", for: "https://a.example")
                #expect(
                    one != nil && one != edited("Basic realm=\(quoted(other))", for: "https://a.example.org")
                )
            }
        }
    }

    private func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
