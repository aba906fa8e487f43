import Testing

@testable import Configuration

/// Which pages may use a secret: those that may have credentials.
struct SecretPageTests {
    private var validators: Validators {
        Validators(isPublicSuffix: { ["com", "github.io"].contains($0) })
    }

    private func refusals(_ json: String) -> [String] {
        ConfigurationTests.refusals(
            json,
            environment: ["KEY": "s3cr3t value", "ORIGIN": "http://app.example.com"],
            validators: validators
        )
    }

    private func warnings(_ json: String) throws -> [String] {
        try load(json, environment: ["KEY": "s3cr3t value"], validators: validators).warnings
            .map { "\($0.path): \($0.fault.message)" }
    }

    /// A route with an edit of requests and a list of origins.
    private func route(_ origins: String, _ request: String, _ more: String = "") -> String {
        #"{"prefix": {"enabled": false}, "routes": [{"path": "/a", "target": "https://a.example", "cors": {\#(origins)}, "request": {\#(request)}\#(more)}]}"#
    }

    private static let key = #""setHeaders": {"X": "${env:KEY}"}"#

    @Test(arguments: [
        (
            #""https://*.github.io""#,
            #"Anyone can have a page below "github.io", a public suffix, and could use this secret"#,
            "dangerouslyAllowPublicSuffixes"
        ),
        (#""https://*.com""#, #"Anyone can have a page below "com""#, "dangerouslyAllowPublicSuffixes"),
        (
            #""http://app.example.com""#, #"Pages of "http://app.example.com" could use this secret"#,
            "dangerouslyAllowInsecureOrigins"
        ),
        (#""moz-extension://*""#, "Every extension could use this secret", "dangerouslyAllowAnyOrigin"),
    ])
    func `a secret is refused to pages that could not have credentials`(
        origin: String,
        message: String,
        word: String
    ) {
        let origins = #""allowedOrigins": ["https://own.example", \#(origin)]"#
        let lines = refusals(route(origins, Self.key))
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.first?.contains("routes[0].request.setHeaders.X: \(message)") == true, "\(lines)")
        #expect(lines.first?.contains("in routes[0].cors.allowedOrigins[1]") == true, "\(lines)")
        #expect(lines.first?.hasSuffix("set routes[0].cors.\(word).") == true, "\(lines)")
        // What the operator says holds for secrets as for credentials, and a client key guards them all.
        for given in [word, "dangerouslyAllowAnyOrigin"] {
            #expect(refusals(route("\(origins), \"\(given)\": true", Self.key)) == [])
        }
        #expect(refusals(route(origins, Self.key, #", "clientKeys": ["0123456789abcdef"]"#)) == [])
        // Without a secret nothing is at stake.
        #expect(refusals(route(origins, #""setHeaders": {"X": "1"}"#)) == [])
        // The policy itself refuses them with credentials, once.
        #expect(refusals(route("\(origins), \"allowCredentials\": true", Self.key)).count == 1)
    }

    @Test(arguments: [
        #""https://*.example.com""#, #""http://localhost:*""#, #""http://*.localhost:*""#,
        #""http://127.0.0.1""#,
        #""chrome-extension://abcdefghijklmnopabcdefghijklmnop""#,
    ])
    func `a secret is there for pages that may have credentials`(origin: String) {
        #expect(refusals(route(#""allowedOrigins": [\#(origin)]"#, Self.key)) == [])
    }

    @Test func `the prefix form, rules and certificates are held to the same`() {
        let origins = #""cors": {"allowedOrigins": ["http://app.example.com"]}"#
        let rule =
            #"[{"match": {"url": "https://b.example"}, "request": {"setHeaders": {"X": "${env:KEY}"}}}]"#
        for (json, place, policy) in [
            (
                #"{\#(origins), "prefix": {"targets": {"allow": ["https://b.example"]}, "request": {"setHeaders": {"X": "${env:KEY}"}}}}"#,
                "prefix.request.setHeaders.X", "cors.allowedOrigins[0]"
            ),
            (#"{\#(origins), "rules": \#(rule)}"#, "rules[0].request.setHeaders.X", "cors.allowedOrigins[0]"),
            (
                #"{"prefix": {"enabled": false}, \#(origins), "routes": [{"path": "/a", "target": "https://b.example"}], "rules": \#(rule)}"#,
                "rules[0].request.setHeaders.X", "cors.allowedOrigins[0]"
            ),
            (
                #"{\#(origins), "routes": [{"path": "/a", "target": "https://b.example", "upstream": {"clientCertificate": "/dev/null"}}]}"#,
                "routes[0].upstream.clientCertificate", "cors.allowedOrigins[0]"
            ),
        ] {
            let lines = refusals(json)
            #expect(lines.count == 1, "\(lines)")
            #expect(
                lines.first?.contains("\(place): ") == true && lines.first?.contains("in \(policy)") == true,
                "\(lines)"
            )
        }
    }

    @Test func `an origin that comes of a reference is not shown`() {
        let lines = refusals(route(#""allowedOrigins": ["${env:ORIGIN}"]"#, Self.key))
        #expect(lines.count == 1 && !lines[0].contains("app.example.com"), "\(lines)")
    }

    // MARK: Secrets without a reference

    @Test(arguments: [
        "Authorization", "authorization", "Cookie", "X-Api-Key", "x_api_key", "apikey", "xApiKey",
        "X-Auth-Token",
        "Ocp-Apim-Subscription-Key", "X-Amz-Security-Token", "PRIVATE-TOKEN", "X-Access-Token", "X-Password",
    ])
    func `what is typed into a field that carries credentials is a secret`(name: String) throws {
        let any = #""allowedOrigins": "*""#
        let lines = refusals(route(any, #""setHeaders": {"\#(name)": "Bearer abc-012345"}"#))
        #expect(
            lines.count == 1 && lines[0].contains("Pages of any origin could use this secret"),
            "\(lines)"
        )
        #expect(!lines.joined().contains("abc-012345"))
        let settings = try load(route("", #""setHeaders": {"\#(name)": "Bearer abc-012345"}"#))
        #expect(settings.routes[0].request.setHeaders[0].secrets == ["Bearer abc-012345", "abc-012345"])
    }

    @Test(arguments: ["key", "apikey", "access_token", "client_secret", "appid", "sig", "api-key"])
    func `what is typed into such a parameter is a secret`(name: String) {
        let lines = refusals(route(#""allowedOrigins": "*""#, #""setQuery": {"\#(name)": "abc-012345"}"#))
        #expect(lines.count == 1, "\(lines)")
    }

    @Test(arguments: [
        "Accept", "User-Agent", "X-Requested-With", "Accept-Language", "Referer", "X-Tenant",
        "Idempotency-Key",
        "X-Keyboard", "Cache-Control", "X-Author", "X-Monkey", "Sec-WebSocket-Key",
    ])
    func `what is typed into any other field is none`(name: String) {
        #expect(
            refusals(route(#""allowedOrigins": "*""#, #""setHeaders": {"\#(name)": "abc-012345"}"#)) == []
        )
    }

    @Test func `credentials are secrets under any name, and those of responses are everybody's`() throws {
        let any = #""allowedOrigins": "*""#
        #expect(refusals(route(any, #""setHeaders": {"X-Forward": "bearer abc-012345"}"#)).count == 1)
        let response = #", "response": {"setHeaders": {"X-Api-Key": "abc-012345"}}"#
        #expect(refusals(route(any, "", response)) == [])
        let cookie = try load(route("", #""setHeaders": {"Cookie": "a=1; session=abc-012345; theme=dark"}"#))
        #expect(
            cookie.routes[0].request.setHeaders[0].secrets == [
                "a=1; session=abc-012345; theme=dark", "session=abc-012345", "abc-012345", "theme=dark",
            ]
        )
    }

    // MARK: Where they go

    @Test(arguments: [
        ("a.example", "The secret goes to every port of \"a.example\", and over plain http"),
        ("*.a.example", "The secret goes to every port of \"*.a.example\", and over plain http"),
        ("a.example/x/**", "The secret goes to every port of \"a.example/x/**\", and over plain http"),
        ("http://a.example", "The secret goes to \"http://a.example\" over plain http too"),
        ("a.example:8443", "The secret goes to \"a.example:8443\" over plain http too"),
        ("https://a.example:*", "The secret goes to every port of \"https://a.example:*\"."),
        ("127.0.0.1", "The secret goes to every port of \"127.0.0.1\"."),
        ("[2a00::1]", "The secret goes to every port of \"[2a00::1]\", and over plain http"),
        ("https://a.example", nil), ("https://a.example:8443/x/**", nil), ("http://localhost:9000", nil),
        ("http://[::1]:9000", nil),
    ])
    func `warns of a secret that goes to plain http or any port`(pattern: String, message: String?) throws {
        let request = #""request": {"setHeaders": {"X": "${env:KEY}"}}"#
        for (json, place) in [
            (
                #"{"rules": [{"match": {"url": "\#(pattern)"}, \#(request)}]}"#,
                "rules[0].request.setHeaders.X"
            ),
            (
                #"{"prefix": {"targets": {"allow": ["https://b.example", "\#(pattern)"]}, \#(request)}}"#,
                "prefix.request.setHeaders.X"
            ),
        ] {
            let found = try warnings(json)
            #expect(found.count == (message == nil ? 0 : 1), "\(found)")
            if let message { #expect(found.first?.hasPrefix("\(place): \(message)") == true, "\(found)") }
        }
        // A secret alone is at stake.
        #expect(
            try warnings(
                #"{"rules": [{"match": {"url": "\#(pattern)"}, "request": {"setHeaders": {"X": "1"}}}]}"#
            ) == []
        )
    }

    @Test func `a rule that only routes meet is warned of where one of them is plain or follows redirects`()
        throws
    {
        let rule =
            #""rules": [{"match": {"url": "a.example"}, "request": {"setHeaders": {"X": "${env:KEY}"}}}]"#
        for (target, mode, isWarned) in [
            ("https://a.example", "rewrite", false), ("http://a.example", "rewrite", true),
            ("https://a.example", "follow", true), ("http://127.0.0.1:90", "rewrite", false),
        ] {
            let json =
                #"{"prefix": {"enabled": false}, "routes": [{"path": "/a", "target": "\#(target)", "redirects": {"mode": "\#(mode)"}}], \#(rule)}"#
            #expect(try !warnings(json).isEmpty == isWarned, "\(target) \(mode)")
        }
    }

    // MARK: Certificates

    @Test func `warns where certificates are not checked, and more so beside a secret`() throws {
        let unchecked =
            "Certificates are not checked, so whoever is on the way can read and change everything."
        let given = "The secret is given to whoever answers for the target"
        let off = #""upstream": {"verifyTLS": false}"#
        let secret = #""request": {"setHeaders": {"X": "${env:KEY}"}}"#
        #expect(try warnings("{\(off)}") == ["upstream.verifyTLS: \(unchecked)"])
        let own = #"{"routes": [{"path": "/a", "target": "https://a.example", \#(off)}]}"#
        #expect(try warnings(own) == ["routes[0].upstream.verifyTLS: \(unchecked)"])
        for (json, places) in [
            (
                #"{"routes": [{"path": "/a", "target": "https://a.example", \#(secret), \#(off)}]}"#,
                ["routes[0].request.setHeaders.X", "routes[0].upstream.verifyTLS"]
            ),
            (
                #"{\#(off), "routes": [{"path": "/a", "target": "https://a.example", \#(secret)}]}"#,
                ["upstream.verifyTLS", "routes[0].request.setHeaders.X"]
            ),
            (
                #"{\#(off), "rules": [{"match": {"url": "https://a.example"}, \#(secret)}]}"#,
                ["upstream.verifyTLS", "rules[0].request.setHeaders.X"]
            ),
            (
                #"{\#(off), "prefix": {"targets": {"allow": ["https://a.example"]}, \#(secret)}}"#,
                ["upstream.verifyTLS", "prefix.request.setHeaders.X"]
            ),
            (
                #"{"prefix": {"enabled": false}, "routes": [{"path": "/a", "target": "https://a.example", \#(off)}], "rules": [{"match": {"url": "https://a.example"}, \#(secret)}]}"#,
                ["routes[0].upstream.verifyTLS", "rules[0].request.setHeaders.X"]
            ),
            (
                #"{\#(off), "routes": [{"path": "/a", "target": "https://a.example", "upstream": {"verifyTLS": true}, \#(secret)}]}"#,
                ["upstream.verifyTLS"]
            ),
        ] {
            let found = try warnings(json)
            #expect(found.map { String($0.prefix { $0 != ":" }) } == places, "\(found)")
            #expect(found.filter { $0.contains("setHeaders") }.allSatisfy { $0.contains(given) }, "\(found)")
        }
    }
}
