import TestSupport
import Testing

/// Which limits a request is charged to, and whose bucket it is.
@Suite struct RateShareTests {
    private static func rate(_ requests: Int) -> String { "{\"requests\": \(requests), \"per\": \"1h\"}" }

    @Test func `a request to a route is charged to the global limit as well`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/one/", to: upstream.url(), "\"rate\": \(Self.rate(5))"),
            Gateway.route("/two/", to: upstream.url(), "\"rate\": \(Self.rate(5))"),
            more: "\"limits\": {\"rate\": \(Self.rate(3))}"
        )
        let statuses = try ["one/x", "two/x", "one/x", "two/x", "one/x", upstream.url()].map {
            try proxy.request("GET", $0).status
        }
        #expect(statuses == [200, 200, 200, 429, 429, 429])
        #expect(upstream.requests.count == 3)
    }

    @Test(arguments: ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
    func `what a stranger says about its address opens no bucket of its own`(name: String) throws {
        let upstream = try ScriptedUpstream.named("ok")
        // The guard names loopback, so that a forwarded request is not refused for want of privileges.
        let proxy = try ProxyProcess(
            """
            {"guard": {"allowPrivateNetworks": ["127.0.0.0/8"]}, "limits": {"rate": \(Self.rate(2))}}
            """
        )
        let statuses = try (1...4).map { number in
            let claim = name == "Forwarded" ? "for=203.0.113.\(number)" : "203.0.113.\(number)"
            return try proxy.request("GET", upstream.url(), ["\(name): \(claim)"]).status
        }
        #expect(statuses == [200, 200, 429, 429])
    }
}
