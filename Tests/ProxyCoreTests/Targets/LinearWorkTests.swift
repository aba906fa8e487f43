import CORSPolicy
import HTTPSyntax
import TestSupport
import Testing
import Text

@testable import ProxyCore

/// Work on what a peer makes long grows no faster than that: steps are counted, not time.
@Suite struct LinearWorkTests {
    /// Fields that a peer makes long, of about so many elements each.
    private static let shapes: [(name: String, fields: @Sendable (Int) -> [String])] = [
        ("names in one line", { count in ["%: " + (0..<count).map { "n\($0)" }.joined(separator: ",")] }),
        (
            "equal names in one line",
            { count in ["%: " + repeatElement("same", count: count).joined(separator: ",")] }
        ),
        ("nothing but commas", { count in ["%: " + String(repeating: ",", count: count)] }),
        ("white space", { count in ["%: a" + String(repeating: " ", count: count) + "b"] }),
        ("pairs", { count in ["%: " + (0..<count).map { "c\($0)=v" }.joined(separator: "; ")] }),
        ("many lines", { count in (0..<count).map { "%: n\($0)" } }),
        ("many equal lines", { count in [String](repeating: "%: same", count: count) }),
        ("lines of other names", { count in ["%: a"] + (0..<count).map { "X-\($0): v" } }),
        (
            "names of lines that are there",
            { count in
                (0..<count).map { "X-\($0): v" } + [
                    "%: " + (0..<count).map { "x-\($0)" }.joined(separator: ",")
                ]
            }
        ),
    ]

    private static let responseNames = [
        "Vary", "Connection", "Via", "Set-Cookie", "Link", "Access-Control-Allow-Origin", "Cache-Control",
        "X-Any",
        "Timing-Allow-Origin", "Location", "Trailer", "Keep-Alive",
    ]
    private static let requestNames = [
        "Connection", "Via", "Cookie", "X-Forwarded-For", "Forwarded", "Access-Control-Request-Headers",
        "Accept",
        "X-Any", "Referer", "TE", "X-Request-Id",
    ]

    /// How many steps some work takes.
    private static func steps(_ work: () throws -> Void) rethrows -> Int {
        let counter = Counter()
        try WorkCount.$note.withValue({ counter.add($0) }, operation: work)
        return counter.value
    }

    /// Expects four times as much to take about four times the steps.
    private func expectLinear(_ what: String, _ steps: (Int) throws -> Int) throws {
        let (few, many) = try (steps(500), steps(2_000))
        #expect(few > 0, "\(what): nothing is counted")
        #expect(many <= 5 * few, "\(what): \(few) steps for 500, \(many) for 2,000")
    }

    @Test(arguments: responseNames)
    func `an upstream's head is rewritten in work that grows no faster than it`(name: String) throws {
        var configuration = CORSConfiguration()
        configuration.allowedOrigins = ["https://app.example"]
        configuration.allowCredentials = true
        configuration.exposedHeaders = ["*"]
        let policy = try TestPolicy.list { $0 = configuration }
        for shape in Self.shapes {
            try expectLinear("\(name) with \(shape.name)") { count in
                var head = try responseHead(200, shape.fields(count).map { $0.replacing("%", with: name) })
                return Self.steps {
                    rewrite(policy.decision(from: "https://app.example"), &head)
                }
            }
        }
    }

    private func rewrite(_ decision: CORSDecision, _ head: inout ResponseHead) {
        ResponseRewrite(
            decision: decision,
            edits: FieldEdits(removals: ["X-Gone"], additions: [("X-New", "1")]),
            headerRules: [],
            cookies: [],
            screen: SecretScreen(["n499", "same", "same-secret"]),
            trace: ResponseRewrite.Trace(requested: target("api.example"), final: target("api.example")),
            isSandboxed: true,
            redirects: [],
            destination: FetchDestination(nil),
            pseudonym: "corsway-x"
        ).apply(to: &head)
    }

    @Test(arguments: requestNames)
    func `a client's head is forwarded in work that grows no faster than it`(name: String) throws {
        for shape in Self.shapes {
            for isTrusted in [true, false] {
                try expectLinear("\(name) with \(shape.name)") { count in
                    let fields = shape.fields(count).map { $0.replacing("%", with: name) }
                    let head = try requestHead("GET / HTTP/1.1", ["Host: localhost"] + fields)
                    return try Self.steps { try forward(head, isTrusted: isTrusted) }
                }
            }
        }
    }

    private func forward(_ head: RequestHead, isTrusted: Bool) throws {
        let request = UpstreamRequest(
            head,
            length: try head.framing().length,
            target: target("api.example"),
            from: RequestSource(isTrusted: isTrusted).request(head),
            pseudonym: "corsway-x",
            addsForwarded: true
        )
        var bytes: [UInt8] = []
        request.write(to: &bytes)
    }

    @Test func `Vary keeps each of very many names once, in their order`() {
        let names = (0..<16_000).map { "Name-\($0)" }
        let elements = names.flatMap { [$0, $0.lowercased()] }.map { Array($0.utf8)[...] }
        #expect(Vary.merged(elements, adding: ["Origin"]) == (names + ["Origin"]).joined(separator: ", "))
    }
}
