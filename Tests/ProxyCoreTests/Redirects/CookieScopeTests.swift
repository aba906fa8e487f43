import HTTPSyntax
import Testing

@testable import ProxyCore

@Suite struct CookieScopeTests {
    private func scope(_ target: String = "/v2", isShared: Bool = true, isSecure: Bool = false) -> CookieScope
    {
        CookieScope(
            origin: TargetOrigin(scheme: .https, host: "api.h", port: 443),
            targetPath: target,
            path: isShared ? "/r" : "",
            isShared: isShared,
            isSecure: isSecure
        )
    }

    @Test func `a target gets back what it has set, and nothing else`() throws {
        let set = try #require(scope().setCookie(from: "a=1; Path=/", requestPath: "/v2/x"))
        let pair = try #require(set.split(separator: ";").first)
        #expect(scope().cookie(from: ["x=1; \(pair); a=2"]) == "a=1")
        #expect(scope("/other").cookie(from: [String(pair)]) == nil)
    }

    @Test(arguments: [
        (
            "a=1; Domain=.h; Path=/; Secure; SameSite=None; HttpOnly", false,
            "a=1; Path=/; HttpOnly; SameSite=Lax"
        ),
        ("a=1; SameSite=None", true, "a=1; Path=/; Secure; SameSite=None"),
        ("a=1; Path=/v2/deep", true, "a=1; Path=/deep"),
        ("__Host-a=1; Path=/; Secure", true, "__Host-a=1; Path=/; Secure"),
        ("__Host-a=1; Path=/; Secure", false, nil), ("__Secure-a=1; Secure", false, nil),
        ("a=1; Domain=other", true, nil), ("a=1; Path=/elsewhere", true, nil), ("=1", true, nil),
        ("a", true, nil),
    ])
    func `attributes are mended, what cannot be kept safe is refused`(
        value: String,
        isSecure: Bool,
        expected: String?
    ) {
        let scope = scope(isShared: false, isSecure: isSecure)
        #expect(scope.setCookie(from: value, requestPath: "/v2/x") == expected)
    }

    @Test func `of a target that holds a secret nothing is made that could be tried against guesses`() throws
    {
        let cookies = ["/hook/one", "/hook/two"].map { target in
            CookieScope(
                origin: TargetOrigin(scheme: .https, host: "api.h", port: 443),
                targetPath: target,
                path: "/r",
                isShared: true,
                isSecure: false,
                hidesTarget: true
            ).setCookie(from: "a=1; Path=/", requestPath: "/x")
        }
        #expect(cookies[0] != nil && cookies[0] == cookies[1])
        #expect(scope("/hook/one").setCookie(from: "a=1; Path=/", requestPath: "/x") != cookies[0])
    }
}
