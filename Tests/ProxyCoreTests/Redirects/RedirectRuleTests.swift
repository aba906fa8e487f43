import HTTPSyntax
import HTTPTypes
import Testing

@testable import ProxyCore

@Suite struct RedirectRuleTests {
    static let origin = TargetOrigin(scheme: .https, host: "a.example", port: 443)

    private func rule(_ status: Int, _ method: HTTPRequest.Method, to next: TargetOrigin = origin)
        -> RedirectRule?
    {
        RedirectRule(status: status, method: method, from: Self.origin, to: next)
    }

    @Test func `five statuses are redirects`() {
        #expect((100..<600).filter(RedirectRule.isRedirect) == [301, 302, 303, 307, 308])
        #expect(rule(304, .get) == nil)
    }

    @Test(arguments: [
        (301, "POST", "GET"), (302, "POST", "GET"), (301, "GET", "GET"), (301, "HEAD", "HEAD"),
        (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"), (302, "PATCH", "PATCH"), (301, "post", "post"), (303, "POST", "GET"),
        (303, "PUT", "GET"), (303, "DELETE", "GET"), (303, "OPTIONS", "GET"), (303, "GET", "GET"),
        (303, "HEAD", "HEAD"), (307, "POST", "POST"), (307, "PUT", "PUT"), (308, "POST", "POST"),
        (308, "DELETE", "DELETE"),
    ])
    func `the method changes as in Fetch`(status: Int, method: String, next: String) throws {
        let method = try #require(HTTPRequest.Method(method))
        let rule = try #require(self.rule(status, method))
        #expect(rule.method.rawValue == next)
        #expect(rule.body == (rule.method == method ? .replayed : .dropped))
    }

    @Test(arguments: [
        "Content-Type", "content-length", "CONTENT-ENCODING", "Content-Language", "Content-Location",
    ])
    func `what describes the body goes with it`(name: String) throws {
        #expect(try #require(rule(301, .post)).drops(fieldNamed: name))
        #expect(try !#require(rule(307, .post)).drops(fieldNamed: name))
    }

    @Test(arguments: [
        TargetOrigin(scheme: .http, host: "a.example", port: 443),
        TargetOrigin(scheme: .https, host: "b.example", port: 443),
        TargetOrigin(scheme: .https, host: "a.example", port: 8443),
    ])
    func `secrets stay behind when scheme, host or port change`(next: TargetOrigin) throws {
        for status in [301, 303, 307] {
            let crossing = try #require(rule(status, .get, to: next))
            let staying = try #require(rule(status, .get))
            for name in ["Authorization", "COOKIE", "cookie2", "Proxy-Authorization"] {
                #expect(crossing.drops(fieldNamed: name))
                #expect(!staying.drops(fieldNamed: name))
            }
            #expect(!crossing.drops(fieldNamed: "X-Key"))
        }
    }
}
