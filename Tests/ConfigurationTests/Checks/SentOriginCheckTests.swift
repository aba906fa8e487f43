import Testing

@testable import Configuration

/// Whom targets cannot tell from their own pages.
struct SentOriginCheckTests {
    private func warnings(_ json: String) throws -> [String] {
        try load(json).warnings.filter { $0.path.hasSuffix("upstream.origin") }.map { warning in
            String(warning.description.drop { $0 != "w" })
        }
    }

    private static func text(_ place: String, _ policy: String, _ mend: String? = nil) -> String {
        let mend = mend ?? "List the origins in \(policy).allowedOrigins"
        return
            "warning: \(place): Pages of any origin pass for pages of the target, which cannot refuse them: "
            + "\(policy) lets them all in. \(mend), or write \"page\"."
    }

    private static let null = #""cors": {"allowNullOrigin": true}"#

    private static let any = #""cors": {"allowedOrigins": "*"}"#
    private static let target = #""upstream": {"origin": "target"}"#
    private static let route = #"{"path": "/a", "target": "https://a.example""#

    @Test(
        arguments: [
            ("{\(any), \(target)}", [text("upstream.origin", "cors")]),
            ("{\(any), \(target), \"routes\": [\(route)}]}", [text("upstream.origin", "cors")]),
            (
                "{\(any), \"routes\": [\(route), \(target)}]}",
                [text("routes[0].upstream.origin", "cors")]
            ),
            (
                "{\(target), \"routes\": [\(route), \(any)}]}",
                [text("upstream.origin", "routes[0].cors")]
            ),
            (
                "{\(null), \(target)}",
                [text("upstream.origin", "cors", "Set cors.allowNullOrigin to false")]
            ),
            (
                "{\"routes\": [\(route), \(null), \(target)}]}",
                [
                    text(
                        "routes[0].upstream.origin",
                        "routes[0].cors",
                        "Set routes[0].cors.allowNullOrigin to false"
                    )
                ]
            ),
        ]
    )
    func `warns where pages of any origin pass for pages of the target`(json: String, expected: [String])
        throws
    {
        #expect(try warnings(json) == expected)
    }

    @Test(arguments: [
        "{\(target)}", "{\(any)}", #"{\#(any), "upstream": {"origin": "page"}}"#,
        #"{\#(any), "upstream": {"origin": "none"}}"#,
        #"{\#(any), \#(target), "clientKeys": ["0123456789abcdef"]}"#,
        #"{\#(any), \#(target), "prefix": {"enabled": false}}"#,
        #"{"cors": {"allowedOrigins": "*", "dangerouslyAllowAnyOrigin": true}, \#(target)}"#,
        #"{\#(any), "prefix": {"enabled": false}, "routes": [\#(route), \#(target), "clientKeys": ["0123456789abcdef"]}]}"#,
    ])
    func `does not warn where the origins are known, or targets see them`(json: String) throws {
        #expect(try warnings(json) == [])
    }
}
