import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

/// Fetch §2.9: ports that browsers do not ask, and what names them.
@Suite struct BadPortTests {
    private static let ports: [UInt16] = [1, 22, 25, 110, 6_000, 6_667, 10_080]

    private func rules(allow: [String], routes: [Route] = []) throws -> ProxyRules {
        ProxyRules(
            allowedHosts: AllowedHosts([try HostPattern(parsing: "*")]),
            basePath: "/",
            policy: try TestPolicy.any(),
            prefix: PrefixRules(
                targets: TargetRules(allow: try allow.map { try TargetPattern(parsing: $0) }, deny: []),
                requiredFields: [],
                redirectsSameOrigin: false,
                forward: ForwardRules(number: 0, policy: try TestPolicy.any(), redirects: .rewrite)
            ),
            routes: RouteTable(routes),
            refusesUntrustedForwarders: false
        )
    }

    @Test(arguments: ports, ["*", "*:*", "http://*:*", "h", "h:*", "*:26"])
    func `a bad port is refused where no pattern names it`(port: UInt16, pattern: String) throws {
        let url = target("h", port: port)
        let rules = try rules(allow: [pattern])
        #expect(rules.prefix?.targets.permits(url) == false)
        #expect(rules.targetDenied(url).message.contains("port \(port)"))
        #expect(rules.targetDenied(url).code == .targetDenied)
    }

    @Test(arguments: ports)
    func `a pattern that names the port opens it`(port: UInt16) throws {
        for pattern in ["h:\(port)", "*:\(port)", "http://h:\(port)/**"] {
            let url = target("h", port: port)
            #expect(try rules(allow: ["*", pattern]).prefix?.targets.permits(url) == true, "\(pattern)")
        }
    }

    @Test(arguments: [80, 443, 3_000, 6_001, 8_080, 10_081, 65_535])
    func `any other port needs no name`(port: UInt16) throws {
        #expect(try rules(allow: ["*"]).prefix?.targets.permits(target("h", port: port)) == true)
    }

    @Test func `a redirect leads to a bad port only where a pattern or a route names it`() throws {
        func route(_ path: String, _ targets: [String] = []) throws -> Route {
            let patterns = TargetPatternSet(try targets.map { try TargetPattern(parsing: $0) })
            return Route(
                path: path,
                hosts: [],
                target: target("h", port: 6_667),
                rules: ForwardRules(
                    number: 1,
                    policy: try TestPolicy.any(),
                    redirects: .follow(maximum: 5, targets: patterns)
                )
            )
        }
        func destination(_ route: Route?) throws -> Destination {
            let rules =
                try route?.rules ?? ForwardRules(number: 0, policy: try TestPolicy.any(), redirects: .rewrite)
            let url = target("h")
            return Destination(target: url, shown: url, rules: rules, route: route, clientKey: nil)
        }
        let bad = target("h", port: 6_667)
        let prefixed = try destination(nil)
        #expect(try !rules(allow: ["*"]).mayLead(to: bad, from: prefixed))
        #expect(try rules(allow: ["*"]).mayLead(to: target("h", port: 8_080), from: prefixed))
        #expect(try rules(allow: ["*", "h:6667"]).mayLead(to: bad, from: prefixed))
        #expect(try rules(allow: ["*"], routes: [route("/r")]).mayLead(to: bad, from: prefixed))
        let other = try route("/x", ["h:25", "g:*"])
        #expect(try rules(allow: ["*"]).mayLead(to: target("h", port: 25), from: destination(other)))
        #expect(try !rules(allow: ["*"]).mayLead(to: target("g", port: 25), from: destination(other)))
        #expect(try rules(allow: ["*"]).reach(of: bad, by: .get, from: destination(other)) == .own)
        #expect(try rules(allow: ["*"]).reach(of: bad, by: .get, from: prefixed) == .refused)
    }
}
