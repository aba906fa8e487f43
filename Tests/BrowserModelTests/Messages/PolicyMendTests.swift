import CORSPolicy
import BrowserModel
import Testing

@Suite struct PolicyMendTests {
    /// A policy that allows little.
    private static var strict: CORSConfiguration {
        var configuration = CORSConfiguration()
        configuration.allowedOrigins = ["https://b.example"]
        configuration.allowedMethods = ["DELETE"]
        configuration.allowedHeaders = ["x-a"]
        return configuration
    }

    private static let requests = [
        PageRequest(page: app, url: api),
        PageRequest(page: .opaque, url: api),
        PageRequest(page: app, url: api, credentials: .include),
        PageRequest(
            page: app,
            url: api,
            method: "put",
            headers: [HeaderLine("X-B", "1"), HeaderLine("X-A", "1")]
        ),
        PageRequest(page: app, url: api, headers: [HeaderLine("Authorization", "1")], credentials: .include),
        PageRequest(
            page: app,
            url: api,
            method: "DELETE",
            headers: [HeaderLine("Content-Type", "text/html")]
        ),
    ]

    @Test(arguments: requests, [true, false])
    func `with its change the policy allows the request`(request: PageRequest, isStrict: Bool) throws {
        var configuration = Self.strict
        if !isStrict { configuration = CORSConfiguration() }
        let policy = try CORSPolicy(configuration, context: context)
        let remedy = try #require(
            PolicyMend(for: request, over: configuration, policy, replacesOrigins: false)
        )
        let mended = try CORSPolicy(remedy.configuration, context: context)
        let explanation = simulate(
            request,
            preflight: answer(of: mended, to: request, isPreflight: true),
            answer: answer(of: mended, to: request, isPreflight: false)
        )
        #expect(explanation.isAllowed, "\(remedy.line): \(explanation.failure?.chromium ?? "")")
        #expect(PolicyMend(for: request, over: remedy.configuration, mended, replacesOrigins: false) == nil)
    }

    @Test func `the changes are what the file has to say`() throws {
        let request = PageRequest(
            page: app,
            url: api,
            method: "PUT",
            headers: [HeaderLine("X-B", "1")],
            credentials: .include
        )
        let policy = try CORSPolicy(Self.strict, context: context)
        let remedy = try #require(PolicyMend(for: request, over: Self.strict, policy, replacesOrigins: false))
        #expect(
            remedy.line
                == #""cors": { "allowedOrigins": ["https://b.example", "https://app.example"], "#
                + #""allowedMethods": ["DELETE", "PUT"], "allowedHeaders": ["x-a", "x-b"], "allowCredentials": true }"#
        )
    }

    @Test func `a denied origin is taken off the list that denies it`() throws {
        var configuration = CORSConfiguration()
        configuration.allowedOrigins = ["*"]
        configuration.deniedOrigins = [app.serialized]
        let policy = try CORSPolicy(configuration, context: context)
        let request = PageRequest(page: app, url: api)
        let remedy = PolicyMend(for: request, over: configuration, policy, replacesOrigins: false)
        #expect(remedy?.line == #""cors": { "deniedOrigins": [] }"#)
    }

    private func answer(of policy: CORSPolicy, to request: PageRequest, isPreflight: Bool) -> WireAnswer {
        let decision = policy.decide(
            CORSRequest(
                method: isPreflight ? "OPTIONS" : request.method.uppercased(),
                origin: request.page.serialized,
                requestMethod: isPreflight ? request.method.uppercased() : nil,
                requestHeaders: [request.headers.map { $0.name.lowercased() }.sorted().joined(separator: ",")]
            )
        )
        let fields =
            isPreflight ? decision.preflightFields() : decision.responseFields(status: 200) { ["x-a"] }
        return WireAnswer(
            status: isPreflight ? decision.preflightStatus : 200,
            fields: fields.map { HeaderLine($0.name.rawName, $0.value) }
        )
    }
}

extension PolicyMend {
    /// The keys in one line, as they stand in a configuration file.
    fileprivate var line: String {
        let keys = changes.map { "\"\($0.key)\": \($0.json)" }
        return "\"cors\": { \(keys.joined(separator: ", ")) }"
    }
}
