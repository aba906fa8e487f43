import Testing

@testable import Configuration

/// Whose pages run as the origin that the paths of the proxy share.
struct DocumentTests {
    private static let warned =
        "Scripts of the route's pages run as the origin of all paths, and may use "

    /// A file with a route `/a` whose pages run as the proxy's origin, and what stands beside it.
    private func warnings(beside route: String? = nil, _ own: String = "", _ rest: String = "") throws
        -> [String]
    {
        let first = #"{"path": "/a", "target": "https://a.example", "documents": "own"\#(own)}"#
        let json = "{\"routes\": [\([first, route].compactMap { $0 }.joined(separator: ", "))]\(rest)}"
        let settings = try load(json, environment: ["KEY": "0123456789abcdef"])
        return settings.warnings.filter { $0.path.hasSuffix("documents") }.map(\.description)
    }

    @Test func `reads as which origin pages of a route run`() throws {
        for (text, expected) in [("sandbox", DocumentHandling.sandbox), ("own", .own)] {
            let json =
                "{\"routes\": [{\"path\": \"/a\", \"target\": \"https://a.example\", \"documents\": \"\(text)\"}]}"
            #expect(try load(json).routes.map(\.documents) == [expected])
        }
        #expect(
            try load(#"{"routes": [{"path": "/a", "target": "https://a.example"}]}"#).routes.first?.documents
                == nil
        )
    }

    @Test(arguments: [
        (#""owned""#, #""owned" is not known here. Write "sandbox" or "own"."#),
        ("null", #""sandbox" or "own" is due here, not null."#),
        ("true", #""sandbox" or "own" is due here, not true."#),
    ])
    func `refuses other words for it`(value: String, message: String) {
        let json =
            "{\"routes\": [{\"path\": \"/a\", \"target\": \"https://a.example\", \"documents\": \(value)}]}"
        #expect(
            refusals(json).map { $0.hasSuffix("routes[0].documents: \(message)") } == [true],
            "\(refusals(json))"
        )
    }

    @Test(arguments: [
        ("http://localhost:3000", DocumentHandling.own), ("http://127.0.0.1:3000/x", .own),
        ("http://[::1]:3000", .own), ("http://app.localhost", .own),
        ("http://10.0.0.1", .sandbox), ("https://a.example", .sandbox),
        ("http://localhost.example", .sandbox),
    ])
    func `lets only what this machine serves run as its origin where a flag names it`(
        target: String,
        documents: DocumentHandling
    ) throws {
        #expect(try load(nil, flags: Flags(to: target)).routes.map(\.documents) == [documents])
    }

    private static let credentials =
        #""cors": {"allowedOrigins": ["https://p.example"], "allowCredentials": true}"#
    private static let secret = #""request": {"setHeaders": {"X-Key": "${env:KEY}"}}"#

    @Test(
        arguments: [
            (
                #"{"path": "/b", "target": "https://b.example", \#(secret)}"#, "", "",
                "the secret of routes[1]"
            ),
            (
                #"{"path": "/b", "target": "https://b.example", "request": {"setQuery": {"k": "${env:KEY}"}}}"#,
                "",
                "", "the secret of routes[1]"
            ),
            (#"{"path": "/b", "target": "https://b.example/${env:KEY}"}"#, "", "", "the secret of routes[1]"),
            (
                #"{"path": "/b", "target": "https://b.example", \#(credentials)}"#, "", "",
                "the cookies of routes[1]"
            ),
            (nil, ", \(secret)", "", "the secret of routes[0]"),
            (
                nil, "", #", "rules": [{"match": {"url": "https://b.example"}, \#(secret)}]"#,
                "the secret of rules[0]"
            ),
            (
                nil, "", #", "prefix": {"targets": {"allow": ["https://b.example"]}, \#(secret)}"#,
                "the secret of prefix"
            ),
            (nil, "", ", \(credentials)", "the cookies of routes[0]"),
            (nil, #", "cookies": "strip""#, ", \(credentials)", "the cookies of prefix"),
        ] as [(String?, String, String, String)]
    )
    func `warns of pages that could use what is meant for others`(
        route: String?,
        own: String,
        rest: String,
        what: String
    ) throws {
        let mend = #"Write "sandbox", and give the route hosts of its own for its pages."#
        #expect(
            try warnings(beside: route, own, rest).map { $0.drop { $0 != "w" } } == [
                "warning: routes[0].documents: \(Self.warned)\(what). \(mend)"
            ]
        )
    }

    @Test(
        arguments: [
            (nil, "", ""),
            (#"{"path": "/b", "target": "https://b.example"}"#, "", ""),
            (nil, ", \(secret)", #", "prefix": {"enabled": false}"#),
            (#"{"path": "/b", "target": "https://b.example", "hosts": ["b.localhost"]}"#, "", ""),
        ] as [(String?, String, String)]
    )
    func `does not warn where there is nothing to use, or nothing else`(
        route: String?,
        own: String,
        rest: String
    ) throws {
        #expect(try warnings(beside: route, own, rest) == [])
    }

    @Test func `warns of an upstream of a flag beside secrets of a file`() throws {
        let file = #"{"routes": [{"path": "/b", "target": "https://b.example", \#(Self.secret)}]}"#
        let settings = try load(
            file,
            flags: Flags(to: "http://localhost:3000"),
            environment: ["KEY": "0123456789abcdef"]
        )
        #expect(
            settings.warnings.map(\.description) == [
                "--to: warning: routes[1].documents: \(Self.warned)the secret of routes[0]. Write it as a route with hosts of its own into the file."
            ]
        )
    }
}
