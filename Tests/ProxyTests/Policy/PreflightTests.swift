import TestSupport
import Testing

@Suite struct PreflightTests {
    private enum Shared {
        static let list = Result { try ProxyProcess(Policy.config(Policy.list)) }
        static let any = Result { try ProxyProcess(Policy.config(Policy.any)) }
    }

    @Test(arguments: [
        ("PUT", "x-a"), ("DELETE", "content-type,x-a"), ("GET", "x-a"),
        ("POST", "content-type"),
        ("PATCH", "x-a"), ("PUT", "x-b"),
    ])
    func `P1 P5 a preflight of an allowed origin is answered here with the whole list`(
        method: String,
        headers: String
    ) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let response = try Shared.list.get().request(
            "OPTIONS",
            upstream.url(),
            [
                origin(Policy.app), "Access-Control-Request-Method: \(method)",
                "Access-Control-Request-Headers: \(headers)",
            ]
        )
        #expect(response.status == 204)
        #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.app])
        let methods = response.values(of: "Access-Control-Allow-Methods").joined(separator: ",")
        #expect(methods.contains("PUT") && methods.contains("DELETE") && !methods.contains("PATCH"))
        let names = response.elements(of: "Access-Control-Allow-Headers")
        #expect(names.contains("content-type") && names.contains("x-a") && !names.contains("x-b"))
        #expect(response.value(of: "Access-Control-Max-Age") == "600")
        #expect(response.value(of: "Access-Control-Expose-Headers") == nil)
        #expect(response.value(of: "Cache-Control") == "no-store")
        #expect(response.value(of: "Content-Length") == nil)
        #expect(response.value(of: "Transfer-Encoding") == nil)
        #expect(upstream.openedConnections == 0)
    }

    @Test func `P4 a preflight of a denied origin is a 403 without CORS fields`() throws {
        let response = try Shared.list.get().request(
            "OPTIONS",
            "http://a.example/",
            [origin(Policy.stranger), "Access-Control-Request-Method: PUT"]
        )
        #expect(response.status == 403)
        #expect(response.names.filter { $0.hasPrefix("access-control-") }.isEmpty)
    }

    @Test func `P6 a preflight under ANY is all stars`() throws {
        let response = try Shared.any.get().request(
            "OPTIONS",
            "http://a.example/",
            [
                origin(Policy.stranger), "Access-Control-Request-Method: PURGE",
                "Access-Control-Request-Headers: x-z",
            ]
        )
        #expect(response.status == 204)
        for name in [
            "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers",
        ] {
            #expect(response.values(of: name) == ["*"], "\(name)")
        }
    }

    @Test func `P1 a preflight needs no target that could be reached`() throws {
        let response = try Shared.any.get().request(
            "OPTIONS",
            "http://10.0.0.1/",
            [origin(Policy.stranger), "Access-Control-Request-Method: GET"]
        )
        #expect(response.status == 204)
    }

    @Test func `P2 an OPTIONS that is no preflight is forwarded`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("", ["Allow: GET"]) }
        for fields in [[origin(Policy.app)], ["Access-Control-Request-Method: PUT"], []] {
            let response = try Shared.list.get().request("OPTIONS", upstream.url(), fields)
            #expect(response.status == 200)
            #expect(response.value(of: "Allow") == "GET")
        }
        #expect(upstream.requests.map(\.method) == ["OPTIONS", "OPTIONS", "OPTIONS"])
    }

    @Test func `P3 preflightStatus 200 has a Content-Length of 0`() throws {
        let proxy = try ProxyProcess(#"{"cors": {"preflightStatus": 200}}"#)
        let fields = [origin(Policy.local), "Access-Control-Request-Method: PUT"]
        let response = try proxy.request("OPTIONS", "http://a.example/", fields)
        #expect(response.status == 200)
        #expect(response.value(of: "Content-Length") == "0")
    }
}
