import Testing
import Text

@Suite struct PathReadingTests {
    @Test(arguments: [
        "/..", "/.", "/a/../b", "/./x", "/%2e%2E/x", "/.%2e/x", "/..;x", "/..;/x", "/..%3bx", "/..%3Bx/y",
        "/a;b/../c",
        "/..%2fx", "/a%2f..%2fb", "/a\\b", "/a%5cb", "/a;%5cb", "/%252e", "/x%2541",
        "/..%20", "/x/.%20./y", "/%20..",
    ])
    func `a path that may lead elsewhere is ambiguous`(path: String) {
        #expect(PathReading.isAmbiguous(path[...]))
        #expect(PathReading(path[...]).isAmbiguous)
    }

    @Test(arguments: [
        "/", "", "/a", "/...", "/a..b", "/.well-known/x", "/a%2Fb", "/%41/50%25/x", "/a;v=1/b", "/;..x",
        "/%20",
        "/a%", "/a%4", "/%zz", "/a%0Ab", "/%C3%A9",
    ])
    func `any other path is not`(path: String) {
        #expect(!PathReading.isAmbiguous(path[...]))
        #expect(!PathReading(path[...]).isAmbiguous)
    }

    @Test(arguments: [
        ("/a//b///", "/a/b/"), ("/%61%2Fb", "/a/b"), ("/a;v=1/b;w", "/a/b"), ("/;x/admin/", "/admin/"),
        ("/Admin", "/admin"), ("/%41DMIN/X", "/admin/x"), ("/admin./x.", "/admin/x"),
        ("/admin%20/x%20%2e", "/admin/x"),
        ("/.../x", "/x"), ("/a.b/.c", "/a.b/.c"), ("/%C3%9CBER", "/\u{FC}ber"), ("/adm%C4%B1n", "/admin"),
        ("/a%zz", "/a%zz"), ("", ""), ("/", "/"),
    ])
    func `the canonical path is what servers come to compare`(path: String, canonical: String) {
        #expect(String(decoding: PathReading(path[...]).canonical, as: UTF8.self) == canonical)
    }

    @Test(arguments: [
        ("/a%00.json", true), ("/a%0d", true), ("/a;%7f", true), ("/a%20b", false), ("/a%C2%80", false),
    ])
    func `control characters are found`(path: String, isFound: Bool) {
        #expect(PathReading(path[...]).holdsControls == isFound)
    }

    @Test(arguments: [
        ("a%41%c3%a9", "aA\u{E9}"), ("%", "%"), ("%4", "%4"), ("%zz%25", "%zz%"), ("%ff", nil), ("%c3", nil),
    ])
    func `percent-encodings are decoded where that is UTF-8`(text: String, decoded: String?) {
        #expect(PercentEncoding.decoded(text.utf8.span) == decoded)
    }
}
