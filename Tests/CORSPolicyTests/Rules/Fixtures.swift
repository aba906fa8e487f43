@testable import CORSPolicy

/// The four policies that the rules are shown with.
enum Fixture: CaseIterable {
    /// `https://app.example` and the subdomains of `https://shop.example`; PUT, DELETE; content-type, x-a; etag.
    case list
    /// The same with credentials.
    case listWithCredentials
    /// `*` everywhere.
    case any
    /// The same, with Authorization beside `*`.
    case anyWithAuthorization

    static let lists: [Fixture] = [.list, .listWithCredentials]
    static let anys: [Fixture] = [.any, .anyWithAuthorization]

    var configuration: CORSConfiguration {
        var configuration = CORSConfiguration()
        switch self {
        case .list, .listWithCredentials:
            configuration.allowedOrigins = ["https://app.example", "https://*.shop.example"]
            configuration.allowedMethods = ["PUT", "DELETE"]
            configuration.allowedHeaders = ["content-type", "x-a"]
            configuration.exposedHeaders = ["etag"]
            configuration.maxAge = 600
            configuration.allowCredentials = self == .listWithCredentials
        case .any, .anyWithAuthorization:
            configuration.allowedOrigins = ["*"]
            configuration.allowedHeaders = self == .any ? ["*"] : ["*", "authorization"]
        }
        return configuration
    }

    func policy(_ change: (inout CORSConfiguration) -> Void = { _ in }) throws -> CORSPolicy {
        var configuration = configuration
        change(&configuration)
        return try CORSPolicy(configuration, context: .test)
    }
}

extension CORSConfiguration {
    func policy(at place: PolicyPlace) throws -> CORSPolicy {
        var context = CORSPolicyContext.test
        context.place = place
        return try CORSPolicy(self, context: context)
    }
}

extension CORSPolicyContext {
    /// Knows one international name and two public suffixes.
    static let test = CORSPolicyContext(
        canonicalHost: { ["résumé.com": "xn--rsum-bpad.com"][$0] },
        isPublicSuffix: { ["com", "github.io", "localhost"].contains($0) },
        ownOrigins: ["http://127.0.0.1:8080", "http://localhost:8080"]
    )
}

extension CORSPolicy {
    func decide(
        _ method: String,
        from origin: String?,
        preflightFor requestMethod: String? = nil,
        headers: [String] = []
    ) -> CORSDecision {
        decide(
            CORSRequest(method: method, origin: origin, requestMethod: requestMethod, requestHeaders: headers)
        )
    }

    func preflight(_ method: String, from origin: String, headers: [String] = []) -> CORSDecision {
        decide("OPTIONS", from: origin, preflightFor: method, headers: headers)
    }
}

extension CORSDecision {
    /// The lines of a preflight's answer, as `Name: value`.
    var preflightLines: [String] { preflightFields().map { "\($0.name): \($0.value)" } }

    /// The lines of an actual response of status 200.
    var responseLines: [String] { responseLines(status: 200) }

    func responseLines(status: Int, redirects: Int = 0, sent: [String] = []) -> [String] {
        responseFields(status: status, redirectsFollowed: redirects) { sent }.map {
            "\($0.name): \($0.value)"
        }
    }

    var refusalLines: [String] { refusalFields().map { "\($0.name): \($0.value)" } }
}

extension OriginPattern {
    /// Reads a pattern with or without wildcards; nil where it is refused.
    init?(reading text: String) {
        var reader = OriginPatternReader(text) { _ in nil }
        do throws(PatternFault) {
            self = try reader.read()
        } catch {
            return nil
        }
    }
}

/// What is found wrong with a configuration, as `path: message mend`.
func problems(
    _ fixture: Fixture = .list,
    context: CORSPolicyContext = .test,
    _ change: (inout CORSConfiguration) -> Void
) -> [String] {
    var configuration = fixture.configuration
    change(&configuration)
    do throws(CORSConfigurationError) {
        _ = try CORSPolicy(configuration, context: context)
        return []
    } catch {
        return error.problems.map { "\($0.path): \($0.message) \($0.mend)" }
    }
}

/// What a configuration is warned about, as `path: message mend`; what is refused counts as no warning.
func warnings(
    _ fixture: Fixture = .list,
    context: CORSPolicyContext = .test,
    _ change: (inout CORSConfiguration) -> Void
) throws -> [String] {
    var configuration = fixture.configuration
    change(&configuration)
    return try CORSPolicy(configuration, context: context).warnings.map {
        "\($0.path): \($0.message) \($0.mend)"
    }
}

/// The lines that every response of the list policies shares.
let exposedByList =
    "Access-Control-Expose-Headers: etag,x-corsway-error,x-final-url,x-request-id,x-request-url"
