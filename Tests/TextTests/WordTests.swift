import Testing
import Text

@Suite struct WordTests {
    @Test(arguments: [
        ("a", #""a""#), (#"a"\b"#, #""a\"\\b""#), ("\u{1B}[2J\u{202E}", #""\u{1B}[2J\u{202E}""#),
        ("é日١", "\"é日١\""), ("a\u{A0}b\u{1F600}", #""a\u{A0}b\u{1F600}""#), ("", "\"\""),
        (String(repeating: "é", count: 128), "\"\(String(repeating: "é", count: 128))\""),
        (String(repeating: "é", count: 129), "\"\(String(repeating: "é", count: 128))…\""),
    ])
    func `a quoted text steers no terminal and is not long`(text: String, quoted: String) {
        #expect(text.quoted == quoted)
    }

    @Test(
        arguments: [
            ("prot", "port"), ("PORT", "port"), ("hsot", "host"), ("allow_origins", "allowOrigins"),
            ("allow-Origins", "allowOrigins"), ("prefixes", nil), ("tps", "tls"), ("xx", nil), ("", nil),
            ("mx", "max"), ("alowOrigns", "allowOrigins"), ("alowOrign", nil),
        ] as [(String, String?)]
    )
    func `guesses the word that was likely meant`(word: String, meant: String?) {
        #expect(word.closestWord(among: ["port", "host", "tls", "max", "listen", "allowOrigins"]) == meant)
    }

    @Test(arguments: ["CONNECT", "TRACE", "TRACK", "trace", "Connect"])
    func `no script may use these methods`(method: String) {
        #expect(FetchMethod.isForbidden(method))
    }

    @Test(arguments: ["GET", "PATCH", "OPTIONS", "", "TRACEX", "XTRACK", "PURGE"])
    func `a script may ask for any other`(method: String) {
        #expect(!FetchMethod.isForbidden(method))
    }

    @Test(arguments: [
        ("get", "GET"), ("Put", "PUT"), ("delete", "DELETE"), ("patch", "patch"), ("PATCH", "PATCH"),
        ("purge", "purge"),
    ])
    func `six methods become upper case, no other`(written: String, sent: String) {
        #expect(FetchMethod.normalized(written) == sent)
    }

    @Test(arguments: [
        (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (307, "POST", "POST"),
        (308, "POST", "POST"), (301, "PUT", "PUT"), (303, "PUT", "GET"), (303, "HEAD", "HEAD"),
        (302, "HEAD", "HEAD"), (303, "GET", "GET"),
    ])
    func `some redirects turn a method into GET`(status: Int, method: String, next: String) {
        #expect(FetchMethod.afterRedirect(status, method) == next)
    }
}
