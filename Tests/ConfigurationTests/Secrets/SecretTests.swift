import Testing

@testable import Configuration

struct SecretTests {
    private let secret = "s3cr3t value"

    private func route(_ keys: String, _ rest: String = "") -> String {
        #"{"routes": [{"path": "/a", "target": "https://a.example/"\#(keys)}]\#(rest)}"#
    }

    private func refusals(_ json: String) -> [String] {
        let lines = ConfigurationTests.refusals(json, environment: ["KEY": secret, "STAR": "*", "EMPTY": ""])
        #expect(lines.allSatisfy { !$0.contains("s3cr3t") })
        return lines
    }

    @Test func `puts secrets in their place, and marks them`() throws {
        let settings = try load(
            #"""
            { "routes": [{ "path": "/a", "target": "https://a.example/${env:ID}/",
                "request": { "setHeaders": { "Authorization": "Bearer ${env:KEY}", "X-A": "$5 {a}" },
                             "setQuery": { "k": "${env:ID}${env:KEY}", "l": "m" } },
                "clientKeys": ["${env:ID}-0123456789"] }],
              "prefix": { "request": { "setHeaders": { "X-P": "${env:KEY}" } }, "targets": { "allow": ["https://b.example"] } },
              "rules": [{ "match": { "url": "https://a.example" }, "request": { "setHeaders": { "X-R": "${env:KEY}" } } }],
              "clientKeys": ["${env:ID}-9876543210"] }
            """#,
            environment: ["KEY": secret, "ID": "id-42"]
        )
        let route = try #require(settings.routes.first)
        #expect(route.target.text == "https://a.example/id-42/" && route.isTargetSecret)
        #expect(route.request.setHeaders.map(\.value) == ["Bearer s3cr3t value", "$5 {a}"])
        #expect(route.request.setHeaders.map(\.isSecret) == [true, false])
        #expect(route.setQuery.map(\.value) == ["id-42s3cr3t value", "m"])
        #expect(route.setQuery.map(\.isSecret) == [true, false])
        #expect(route.clientKeys.map(\.text) == ["id-42-0123456789"])
        #expect(settings.clientKeys.map(\.text) == ["id-42-9876543210"])
        #expect(settings.prefix.request.setHeaders == [.init(name: "X-P", value: secret, isSecret: true)])
        #expect(settings.rules[0].request.setHeaders == [.init(name: "X-R", value: secret, isSecret: true)])
        #expect(settings.warnings == [])
        #expect(!"\(route.request) \(route.setQuery) \(route.clientKeys)".contains("s3cr3t"))
        #expect(!"\(route.request) \(route.setQuery) \(route.clientKeys)".contains("id-42"))
    }

    @Test(arguments: [
        (
            "${env:NONE}",
            #"There is no variable "NONE" in the environment. Set it where the program is started."#
        ),
        ("${env:EMPTY}", #"The variable "EMPTY" is empty. Put the secret into it."#),
        ("a ${env:KEY", #""${" is not closed by "}". Write "${env:NAME}" or "${file:PATH}"."#),
        ("${KEY}", #""${" starts a reference, and this is none. Did you mean "${env:KEY}"?"#),
        ("${s3cr3t}", #""${" starts a reference, and this is none. Write "${env:NAME}" or "${file:PATH}"."#),
        ("${env:}", #""${" starts a reference, and this is none. Write "${env:NAME}" or "${file:PATH}"."#),
    ])
    func `refuses a reference that leads nowhere`(text: String, message: String) {
        let lines = refusals(route(#", "request": {"setHeaders": {"X-A": "\#(text)"}}"#))
        #expect(lines == ["test.json:1:94: error: routes[0].request.setHeaders.X-A: \(message)"])
    }

    @Test(arguments: [
        #"{"prefix": {"response": {"setHeaders": {"X-Key": "a ${file:key}"}}}}"#,
        #"{"upstream": {"proxy": "http://u:${env:KEY}@p.example"}}"#,
        #"{"rules": [{"match": {"url": "a"}, "response": {"setHeaders": {"X": "${env:KEY}"}}}]}"#,
    ])
    func `refuses a reference where none is read`(json: String) {
        let end =
            "A reference to a secret is not read here. It may stand below routes, clientKeys, prefix.request, rules[].request and in admin.token."
        #expect(refusals(json).map { $0.hasSuffix(end) } == [true])
    }

    @Test(arguments: [
        (#", "name": "${env:KEY}""#, "name"), (#", "name": "x-${file:key}""#, "name"),
        (#", "hosts": ["${env:KEY}.localhost"]"#, "hosts[0]"),
        (#", "methods": ["GET", "${env:KEY}"]"#, "methods[1]"),
        (#", "methods": "${env:KEY}""#, "methods"),
    ])
    func `refuses a reference where everyone is shown what it stands for`(keys: String, place: String) {
        let end =
            "A secret cannot stand here: logs, answers and errors show this text. Write the text itself."
        #expect(refusals(route(keys)).map { $0.hasSuffix("routes[0].\(place): \(end)") }.contains(true))
        let path = #"{"routes": [{"path": "/${env:KEY}/", "target": "https://a.example/"}]}"#
        #expect(refusals(path).map { $0.hasSuffix("routes[0].path: \(end)") } == [true])
    }

    @Test(arguments: [
        #", "request": {"removeHeaders": ["${env:KEY}"]}"#, #", "cookies": "${env:KEY}""#,
        #", "clientKeys": ["${env:KEY}"]"#,
        #", "cors": {"allowedOrigins": ["${env:KEY}"]}"#, #", "cors": "${env:KEY}""#,
        #", "upstream": {"caFile": "${env:KEY}"}"#, #", "rate": {"requests": 1, "exempt": ["${env:KEY}"]}"#,
        #", "rate": {"requests": 1, "per": "${env:KEY}"}"#,
    ])
    func `does not show a secret that is refused`(keys: String) {
        let end =
            "What the references stand for is not valid here. Correct it where it is kept; it is not shown."
        #expect(refusals(route(keys)).map { $0.hasSuffix(end) } == [true])
    }

    // MARK: Who could use them

    @Test func `refuses a client certificate that pages of any origin could use`() throws {
        let certificate = #", "upstream": {"clientCertificate": "/dev/null"}"#
        let any = #", "cors": {"allowedOrigins": "*""#
        for cors in [any, #", "cors": {"allowNullOrigin": true"#] {
            let lines = refusals(route("\(certificate)\(cors)}"))
            #expect(lines.count == 1)
            #expect(
                lines.first?.contains(
                    "routes[0].upstream.clientCertificate: Pages of any origin could use this client certificate: "
                        + "routes[0].cors lets them all in."
                ) == true,
                "\(lines)"
            )
        }
        for guarded in [
            "", "\(any), \"dangerouslyAllowAnyOrigin\": true}",
            #"\#(any)}, "clientKeys": ["0123456789abcdef"]"#,
        ] {
            #expect(refusals(route("\(certificate)\(guarded)")) == [])
        }
    }

    @Test(arguments: [
        (
            #"{"cors": {"allowedOrigins": "*"}, "prefix": {"targets": {"allow": ["a.example"]}, "request": {"setHeaders": {"X": "${env:KEY}"}}}}"#,
            "prefix.request.setHeaders.X", "cors"
        ),
        (
            #"{"cors": {"allowedOrigins": "*"}, "rules": [{"match": {"url": "a.example"}, "request": {"setHeaders": {"X": "${env:KEY}"}}}]}"#,
            "rules[0].request.setHeaders.X", "cors"
        ),
        (
            #"{"routes": [{"path": "/a", "target": "https://a.example/${env:KEY}/", "cors": {"allowedOrigins": "*"}}]}"#,
            "routes[0].target", "routes[0].cors"
        ),
        (
            #"{"routes": [{"path": "/a", "target": "https://a.example", "cors": {"allowNullOrigin": true}, "request": {"setQuery": {"k": "${env:STAR}"}}}]}"#,
            "routes[0].request.setQuery.k", "routes[0].cors"
        ),
        (
            #"{"routes": [{"path": "/a", "target": "https://a.example", "cors": {"allowedOrigins": ["${env:STAR}"]}, "request": {"setHeaders": {"X": "${env:STAR}"}}}]}"#,
            "routes[0].request.setHeaders.X", "routes[0].cors"
        ),
        (
            #"{"cors": {"allowedOrigins": "*"}, "prefix": {"enabled": false}, "routes": [{"path": "/a", "target": "https://a.example"}], "rules": [{"match": {"url": "a.example"}, "request": {"setHeaders": {"X": "${env:STAR}"}}}]}"#,
            "rules[0].request.setHeaders.X", "routes[0].cors"
        ),
    ])
    func `refuses secrets that pages of any origin could use`(json: String, place: String, policy: String) {
        let message =
            "error: \(place): Pages of any origin could use this secret: \(policy) lets them all in. List the origins, ask for clientKeys, or set \(policy).dangerouslyAllowAnyOrigin."
        let lines = ConfigurationTests.refusals(json, environment: ["KEY": "k", "STAR": "*"])
        #expect(lines.map { $0.hasSuffix(message) } == [true], "\(lines)")
    }

    @Test(arguments: [
        #", "cors": {"allowedOrigins": "*", "dangerouslyAllowAnyOrigin": true}"#,
        #", "cors": {"allowedOrigins": "*"}, "clientKeys": ["0123456789abcdef"]"#,
        #", "cors": {"allowedOrigins": ["https://p.example"]}"#,
    ])
    func `takes secrets that a list of origins, a key or a word of the operator guards`(keys: String) {
        #expect(refusals(route(#", "request": {"setHeaders": {"X": "${env:KEY}"}}\#(keys)"#)) == [])
    }

    @Test func `takes a rule's secret beside an open route that it never meets`() throws {
        let json =
            #"{"prefix": {"enabled": false}, "routes": [{"path": "/a", "target": "https://a.example", "cors": {"allowedOrigins": "*"}}], "rules": [{"match": {"url": "b.example/x/**"}, "request": {"setHeaders": {"X": "${env:KEY}"}}}]}"#
        #expect(try load(json, environment: ["KEY": secret]).warnings == [])
        let met = json.replacing("b.example/x", with: "a.example/x")
        #expect(!ConfigurationTests.refusals(met, environment: ["KEY": secret]).isEmpty)
    }

    @Test(arguments: [
        #"{"prefix": {"request": {"setHeaders": {"X": "${env:KEY}"}}}}"#,
        #"{"rules": [{"match": {"url": "*"}, "request": {"setHeaders": {"X": "${env:KEY}"}}}]}"#,
    ])
    func `warns of a secret that every target is given`(json: String) throws {
        let warnings = try load(json, environment: ["KEY": secret]).warnings
        #expect(
            warnings.map {
                $0.description.contains("warning: ") && $0.fault.message.hasPrefix("Every target")
            } == [
                true
            ]
        )
    }

    @Test(arguments: [
        ("http://api.example/", true), ("https://api.example/", false), ("http://127.0.0.1:9000/", false),
        ("http://[::1]/", false),
    ])
    func `warns of a secret that is sent unencrypted`(target: String, isWarned: Bool) throws {
        let json =
            #"{"routes": [{"path": "/a", "target": "\#(target)", "request": {"setQuery": {"k": "${env:KEY}"}}}]}"#
        let warnings = try load(json, environment: ["KEY": secret]).warnings
        #expect(warnings.map(\.path) == (isWarned ? ["routes[0].request.setQuery.k"] : []))
    }

    @Test func `warns of a secret that clients are sent, and of a key that can be guessed`() throws {
        let json = route(#", "response": {"setHeaders": {"X": "${env:KEY}"}}, "clientKeys": ["short"]"#)
        let warnings = try load(json, environment: ["KEY": secret]).warnings
        #expect(
            warnings.map(\.fault.message) == [
                "A secret in a response is known to every client.", "A key this short can be guessed.",
            ]
        )
        #expect(warnings.map(\.path) == ["routes[0].response.setHeaders.X", "routes[0].clientKeys[0]"])
    }
}
