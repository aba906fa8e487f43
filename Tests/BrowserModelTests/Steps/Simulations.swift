import CORSPolicy
import BrowserModel

/// Makes a URL of an origin and a path.
func url(_ scheme: String, _ host: String, _ port: UInt16? = nil, _ path: String = "/x") -> RequestURL {
    RequestURL(scheme: scheme, host: host, port: port, pathAndQuery: path)
}

let api = url("https", "api.example")
let app = PageOrigin(of: url("https", "app.example"))

/// Simulates a request whose answers are all the same but for preflights.
func simulate(
    _ request: PageRequest,
    preflight: WireAnswer = WireAnswer(status: 204),
    answer: WireAnswer = WireAnswer(status: 200, fields: [HeaderLine("Access-Control-Allow-Origin", "*")])
) -> Explanation {
    Explanation(
        request,
        in: BrowserEnvironment(
            ask: { request in request.isPreflight ? preflight : answer },
            resolve: { _, _ in .invalid },
            isPublicSuffix: { ["example", "com", "co.uk"].contains($0) }
        )
    )
}

extension Explanation {
    func step(_ kind: Step.Kind) -> Step? { steps.first { $0.kind == kind } }
}

/// Knows no international names, and two public suffixes.
let context = CORSPolicyContext(
    canonicalHost: { _ in nil },
    isPublicSuffix: { ["example", "com"].contains($0) }
)
