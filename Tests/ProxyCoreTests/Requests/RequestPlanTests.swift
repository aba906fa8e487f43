import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

/// A request that breaks several rules: the first one in the order of the checks is told.
@Suite struct RequestPlanTests {
    private static let app = "https://app.example"

    /// A proxy for `api.example` and its like, without `denied.example`.
    private func rules(
        basePath: String = "/",
        policy: CORSPolicy? = nil,
        requiredFields: [String] = [],
        redirectsSameOrigin: Bool = false,
        hasPrefix: Bool = true,
        refusesUntrustedForwarders: Bool = false
    ) throws -> ProxyRules {
        let prefix = PrefixRules(
            targets: TargetRules(
                allow: [try TargetPattern(parsing: "*")],
                deny: [try TargetPattern(parsing: "denied.example")]
            ),
            requiredFields: requiredFields,
            redirectsSameOrigin: redirectsSameOrigin,
            forward: ForwardRules(
                number: 0,
                policy: try policy ?? TestPolicy.list(),
                redirects: .follow(maximum: 5)
            )
        )
        return ProxyRules(
            allowedHosts: AllowedHosts([try HostPattern(parsing: "localhost")]),
            basePath: basePath,
            policy: try policy ?? TestPolicy.list(),
            prefix: hasPrefix ? prefix : nil,
            refusesUntrustedForwarders: refusesUntrustedForwarders
        )
    }

    private func plan(
        _ requestLine: String,
        _ fields: [String] = [],
        host: String = "Host: localhost:8080",
        from standing: ClientStanding = .local,
        under rules: ProxyRules? = nil
    ) throws -> RequestPlan {
        let head = try requestHead("\(requestLine) HTTP/1.1", [host] + fields)
        return try (rules ?? self.rules()).plan(
            head,
            .test,
            from: RequestSource(scheme: "http", standing: standing)
        )
    }

    /// The step as text: its name, with the target or the error's code.
    private func step(
        _ requestLine: String,
        _ fields: [String] = [],
        host: String = "Host: localhost:8080",
        from standing: ClientStanding = .local,
        under rules: ProxyRules? = nil
    ) throws -> String {
        let plan = try plan(
            requestLine,
            fields,
            host: host,
            from: standing,
            under: rules
        )
        switch plan.step {
        case .preflight: return "preflight"
        case .help: return "help"
        case .iscorsneeded: return "iscorsneeded"
        case .serverOptions: return "serverOptions"
        case .forward(let destination): return "forward \(destination.target.serialized)"
        case .redirect(let target): return "redirect \(target.serialized)"
        case .refuse(let error): return error.code.rawValue
        }
    }

    // MARK: Steps

    @Test(arguments: [
        ("GET /", "help"), ("GET /iscorsneeded", "iscorsneeded"), ("OPTIONS *", "serverOptions"),
        ("GET /http://api.example/v1?q=1", "forward http://api.example/v1?q=1"),
        ("POST /https://api.example", "forward https://api.example/"),
        ("OPTIONS /https://api.example/", "forward https://api.example/"),
        ("GET /http://denied.example/", "target-denied"), ("GET /ftp://api.example/", "target-scheme"),
        ("GET /http://bad.example/", "target-invalid"),
        ("GET http://localhost/http://api.example/", "bad-request"),
        ("GET *", "bad-request"), ("CONNECT api.example:443", "method-not-supported"),
        ("TRACE /http://api.example/", "method-not-supported"),
        ("TRACK /http://api.example/", "method-not-supported"),
    ])
    func `each request-target has its step`(requestLine: String, wanted: String) throws {
        #expect(try step(requestLine) == wanted)
    }

    @Test(arguments: [
        ("GET /proxy/http://api.example/", "forward http://api.example/"), ("GET /proxy/", "help"),
        ("GET /proxy", "help"), ("GET /", "not-found"), ("GET /prox", "not-found"),
        ("GET /proxyhttp://api.example/", "not-found"), ("GET /http://api.example/", "not-found"),
        ("GET /proxy/iscorsneeded", "iscorsneeded"), ("GET /iscorsneeded", "not-found"),
    ])
    func `below a base path everything else is unknown`(requestLine: String, wanted: String) throws {
        #expect(try step(requestLine, under: rules(basePath: "/proxy/")) == wanted)
    }

    @Test func `without the prefix form no target is forwarded`() throws {
        #expect(try step("GET /http://api.example/", under: rules(hasPrefix: false)) == "not-found")
        #expect(try step("GET /", under: rules(hasPrefix: false)) == "help")
    }

    // MARK: Each check

    @Test func `one Origin at most`() throws {
        let plan = try plan("GET /", ["Origin: \(Self.app)", "Origin: \(Self.app)"])
        guard case .refuse(let error) = plan.step else { throw ProxyError.internalError }
        #expect(error.code == .multipleOrigins)
        #expect(plan.decision == nil)
    }

    @Test func `a Host that is not answered is refused with the policy's verdict`() throws {
        let plan = try plan("GET /http://api.example/", ["Origin: \(Self.app)"], host: "Host: evil.example")
        guard case .refuse(let error) = plan.step else { throw ProxyError.internalError }
        #expect(error.code == .hostNotAllowed)
        #expect(plan.decision?.mayShare == true)
    }

    @Test(arguments: ["GET /", "GET /iscorsneeded", "OPTIONS *", "OPTIONS /http://api.example/"])
    func `the Host counts for pages and preflights too`(requestLine: String) throws {
        let fields = ["Origin: \(Self.app)", "Access-Control-Request-Method: GET"]
        #expect(try step(requestLine, fields, host: "Host: evil.example") == "host-not-allowed")
    }

    @Test(arguments: [
        ("Via: 1.1 corsway-x", true), ("Via: 1.1 a, 1.0 corsway-x (c), 1.1 b", true),
        ("Via: HTTP/1.1 corsway-x", true), ("Via: 1.1 corsway-xx", false), ("Via: 1.1 a", false),
        ("Via: corsway-x", false), ("Via: 1.1 a corsway-x", false),
    ])
    func `RFC 9110 §7.6.3 a request that was here before is a loop`(via: String, isLoop: Bool) throws {
        let wanted = isLoop ? "loop-detected" : "forward http://api.example/"
        #expect(try step("GET /http://api.example/", [via]) == wanted)
        #expect(try step("GET /http://api.example/", ["Via: 1.1 z", via]) == wanted)
    }

    @Test func `a forwarder of unknown standing is refused where the rules say so`() throws {
        let strict = try rules(refusesUntrustedForwarders: true)
        for sign in [RelaySign.field, .oldVersion, .host, nil] {
            let stranger = ClientStanding.stranger(sign)
            #expect(
                try step("GET /http://api.example/", from: stranger, under: strict) == "untrusted-forwarder"
            )
            #expect(try step("GET /", from: stranger, under: strict) == "untrusted-forwarder")
            #expect(try step("GET /", from: stranger) == "help")
        }
        for standing in [ClientStanding.local, .vouchedFor] {
            #expect(try step("GET /", from: standing, under: strict) == "help")
        }
    }

    @Test(
        arguments: [
            ("HTTP/1.1", "localhost", [], nil), ("HTTP/1.1", "127.0.0.1:8080", [], nil),
            ("HTTP/1.1", "[::1]:8080", [], nil), ("HTTP/1.1", "A.LocalHost:80", [], nil),
            ("HTTP/1.1", "127.1.2.3", [], nil), ("HTTP/1.1", "git.example:8080", [], nil),
            ("HTTP/1.0", "localhost", [], .oldVersion), ("HTTP/1.0", "cors.example", [], .oldVersion),
            ("HTTP/1.1", "cors.example", [], .host), ("HTTP/1.1", "10.0.0.1", [], .host),
            ("HTTP/1.1", "127.0.0.1.example", [], .host), ("HTTP/1.1", "xlocalhost", [], .host),
            ("HTTP/1.1", "localhost.", [], .host), ("HTTP/1.1", ".localhost", [], .host),
            ("HTTP/1.1", "localhost.example", [], .host), ("HTTP/1.1", "127.0.0.", [], .host),
            ("HTTP/1.1", "localhost", ["Via: 1.1 a"], .field),
            ("HTTP/1.1", "localhost", ["X-Real-IP: a"], .field),
            ("HTTP/1.1", "localhost", ["Forwarded: for=a"], .field),
            ("HTTP/1.1", "localhost", ["X-Forwarded-For:"], .field),
            ("HTTP/1.1", "localhost", ["X-Forwarded-Proto: https"], .field),
            ("HTTP/1.1", "localhost", ["X-Forwarded-Host: a"], .field),
            ("HTTP/1.1", "localhost", ["X-Forwarded-Port: 1"], .field),
            ("HTTP/1.1", "localhost", ["X-Forwarded-Prefix: /a"], .field),
        ] as [(String, String, [String], RelaySign?)]
    )
    func `what another server relays shows by version, fields and Host`(
        version: String,
        host: String,
        fields: [String],
        sign: RelaySign?
    ) throws {
        let route = Route(
            path: "/git/",
            hosts: ["git.example"],
            target: target("api.example"),
            rules: ForwardRules(number: 1, policy: try TestPolicy.list(), redirects: .rewrite)
        )
        let rules = ProxyRules(
            allowedHosts: AllowedHosts([]),
            basePath: "/",
            policy: try TestPolicy.list(),
            prefix: nil,
            routes: RouteTable([route]),
            refusesUntrustedForwarders: true
        )
        let head = try requestHead("GET / \(version)", ["Host: \(host)"] + fields)
        #expect(rules.relaySign(of: head) == sign)
    }

    @Test func `RFC 6455 §4.1 a handshake by HTTP/1.0 is a bad request before all that`() throws {
        let head = try requestHead(
            "GET /http://api.example/ HTTP/1.0",
            ["Host: localhost", "Connection: upgrade", "Upgrade: websocket"]
        )
        let error = try rules(refusesUntrustedForwarders: true).refusal(
            of: head,
            from: .stranger(.oldVersion)
        )
        #expect(error?.code == .websocketInvalid)
        #expect(error?.hint.contains("proxy_http_version 1.1") == true)
    }

    @Test func `what the policy's lists hold is told on this machine alone`() throws {
        let policy = try TestPolicy.list { $0.deniedOrigins = ["https://*.bad.example"] }
        let refusals = [
            CORSRefusal.originDenied("http://app.example"), .originOnDenyList("https://a.bad.example"),
        ]
        for (refusal, pattern) in zip(refusals, ["https://app.example", "https://*.bad.example"]) {
            func hint(_ standing: ClientStanding) -> String {
                ProxyError(refusal, policy: policy, toldTo: standing).hint
            }
            #expect(hint(.local).contains(pattern))
            for standing in [ClientStanding.vouchedFor, .stranger(nil), .stranger(.field)] {
                #expect(!hint(standing).contains(pattern), "\(hint(standing))")
                #expect(hint(standing).contains("cors."), "it still says which key")
            }
        }
    }

    @Test func `a preflight is answered, whatever its target`() throws {
        for path in ["/http://api.example/", "/http://denied.example/", "/", "/ftp://x/"] {
            for origin in [Self.app, "https://evil.example"] {
                let fields = ["Origin: \(origin)", "Access-Control-Request-Method: PUT"]
                #expect(try step("OPTIONS \(path)", fields) == "preflight")
            }
        }
    }

    @Test func `an origin that is not allowed is refused for targets and for pages`() throws {
        let fields = ["Origin: https://evil.example"]
        #expect(try step("GET /http://api.example/", fields) == "origin-denied")
        #expect(try step("DELETE /http://api.example/", ["Origin: \(Self.app)"]) == "method-denied")
    }

    @Test func `one of the required fields has to be there`() throws {
        let strict = try rules(requiredFields: ["Origin", "X-Requested-With"])
        #expect(try step("GET /http://api.example/", under: strict) == "header-required")
        #expect(
            try step("GET /http://api.example/", ["x-requested-with: y"], under: strict).hasPrefix("forward")
        )
        #expect(
            try step("GET /http://api.example/", ["Origin: \(Self.app)"], under: strict).hasPrefix("forward")
        )
        #expect(try step("GET /", under: strict) == "help")
    }

    @Test func `a service worker's script is refused`() throws {
        #expect(
            try step("GET /http://api.example/sw.js", ["Sec-Fetch-Dest: serviceworker"])
                == "service-worker-denied"
        )
        #expect(try step("GET /http://api.example/", ["Sec-Fetch-Dest: script"]).hasPrefix("forward"))
    }

    @Test func `another upgrade than WebSocket is not asked for`() throws {
        #expect(try step("GET /http://api.example/", ["Upgrade: h2c"]).hasPrefix("forward"))
    }

    @Test func `a page of the target's own origin is sent there where that is wanted`() throws {
        let fields = ["Origin: \(Self.app)"]
        let eager = try rules(redirectsSameOrigin: true)
        #expect(try step("GET /\(Self.app)/x?y", fields, under: eager) == "redirect https://app.example/x?y")
        #expect(try step("GET /\(Self.app)/x", fields) == "forward https://app.example/x")
        #expect(try step("GET /http://app.example/x", fields, under: eager) == "forward http://app.example/x")
        #expect(try step("GET /\(Self.app)/x", under: eager) == "forward https://app.example/x")
    }

    // MARK: Order

    /// What is wrong, in the order of the checks, with the code that tells it.
    private enum Wrong: Int, CaseIterable {
        case host, loop, origin, requiredField, upgrade, target, destination

        var code: String {
            switch self {
            case .host: "host-not-allowed"
            case .loop: "loop-detected"
            case .origin: "origin-denied"
            case .requiredField: "header-required"
            case .target: "target-denied"
            case .destination: "service-worker-denied"
            case .upgrade: "websocket-invalid"
            }
        }
    }

    @Test func `of several faults the first in the order of the checks is told`() throws {
        for first in Wrong.allCases.indices {
            for second in Wrong.allCases.indices where second >= first {
                let wrong = Set([Wrong.allCases[first], Wrong.allCases[second]])
                var fields: [String] = []
                if wrong.contains(.loop) { fields.append("Via: 1.1 corsway-x") }
                if wrong.contains(.origin) { fields.append("Origin: https://evil.example") }
                if !wrong.contains(.requiredField) { fields.append("X-Required: 1") }
                if wrong.contains(.destination) { fields.append("Sec-Fetch-Dest: serviceworker") }
                if wrong.contains(.upgrade) { fields.append("Upgrade: websocket") }
                let code = try step(
                    "GET /http://\(wrong.contains(.target) ? "denied" : "api").example/",
                    fields,
                    host: wrong.contains(.host) ? "Host: evil.example" : "Host: localhost",
                    under: rules(requiredFields: ["X-Required"])
                )
                #expect(code == Wrong.allCases[first].code, "\(wrong)")
            }
        }
    }

    @Test func `a forbidden method is told before all else, then a second Origin`() throws {
        let origins = ["Origin: a", "Origin: b", "Via: 1.1 corsway-x"]
        #expect(try step("TRACE /x", origins, host: "Host: evil.example") == "method-not-supported")
        #expect(try step("GET /x", origins, host: "Host: evil.example") == "multiple-origins")
    }
}
