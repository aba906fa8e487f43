import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

/// A request head as the parser reads it off the wire.
func requestHead(_ requestLine: String, _ fields: [String] = ["Host: localhost"]) throws -> RequestHead {
    let text = ([requestLine] + fields).joined(separator: "\r\n") + "\r\n\r\n"
    var parser = RequestHeadParser(limits: HeadLimits(headerBytes: 1 << 20, headerCount: 10_000))
    let bytes = Array(text.utf8)
    return try #require(try parser.parse(bytes.span)).head
}

/// A response head as the parser reads it off the wire.
func responseHead(_ status: Int, _ fields: [String] = []) throws -> ResponseHead {
    let text = (["HTTP/1.1 \(status) X"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
    var parser = ResponseHeadParser(maximumHeadBytes: 1 << 20, maximumFieldCount: 10_000)
    let bytes = Array(text.utf8)
    return try #require(try parser.parse(bytes.span)).head
}

extension FieldSection {
    /// The lines in order, as `Name: value`.
    var texts: [String] {
        lines.map { line in
            String(decoding: name(of: line), as: UTF8.self) + ": "
                + String(decoding: value(of: line), as: UTF8.self)
        }
    }
}

/// A target that libcurl's parser would have made.
func target(
    _ host: String,
    _ path: String = "/",
    scheme: TargetScheme = .http,
    port: UInt16? = nil
) -> TargetURL {
    TargetURL(
        origin: TargetOrigin(scheme: scheme, host: host, port: port ?? scheme.defaultPort),
        pathAndQuery: path
    )
}

/// Policies that the tests share.
enum TestPolicy {
    /// `https://app.example` alone.
    static func list(_ change: (inout CORSConfiguration) -> Void = { _ in }) throws -> CORSPolicy {
        var configuration = CORSConfiguration()
        configuration.allowedOrigins = ["https://app.example"]
        configuration.exposedHeaders = ["etag"]
        configuration.allowedMethods = ["PUT"]
        change(&configuration)
        return try CORSPolicy(configuration, context: context)
    }

    static func any() throws -> CORSPolicy {
        try list { $0.allowedOrigins = ["*"] }
    }

    private static let context = CORSPolicyContext(
        canonicalHost: { _ in nil },
        isPublicSuffix: { _ in false },
        ownOrigins: []
    )
}

extension CORSPolicy {
    /// The decision about a GET of an origin.
    func decision(from origin: String?) -> CORSDecision {
        decide(CORSRequest(method: "GET", origin: origin))
    }
}

/// Prefix forms that the tests share.
enum TestPrefix {
    /// One for all targets.
    static func open() throws -> PrefixRules {
        PrefixRules(
            targets: TargetRules(allow: [try TargetPattern(parsing: "*")], deny: []),
            requiredFields: [],
            redirectsSameOrigin: false,
            forward: ForwardRules(number: 0, policy: try TestPolicy.list(), redirects: .follow(maximum: 5))
        )
    }
}

extension PlanningContext {
    /// Takes every authority as it stands; names below `.example` are public.
    static var test: PlanningContext {
        PlanningContext(
            parseOrigin: { scheme, authority throws(ProxyError) in
                guard authority != "bad.example" else {
                    throw ProxyError(.targetInvalid, message: "", hint: "")
                }
                return TargetOrigin(scheme: scheme, host: authority, port: scheme.defaultPort)
            },
            hasPublicSuffix: { $0.hasSuffix(".example") },
            isPublicSuffix: { ["example", "co.example"].contains($0) },
            pseudonym: "corsway-x"
        )
    }
}

/// Where a request of a test comes from.
struct RequestSource {
    var scheme = "http"
    var isTrusted = false
    var standing = ClientStanding.local

    /// What is read off a head that comes from here.
    func request(_ head: RequestHead) -> ClientRequest {
        ClientRequest(
            head,
            from: nil,
            "192.0.2.7",
            on: ListenerFacts(scheme: scheme, port: 8080, authority: "localhost", isLoopback: true),
            isTrusted: isTrusted,
            standing: standing,
            id: RequestID(prefix: Array("x".utf8), number: 1)
        )
    }
}

extension ProxyRules {
    func plan(_ head: RequestHead, _ context: PlanningContext, from source: RequestSource) -> RequestPlan {
        plan(head, context, from: source.request(head))
    }
}
