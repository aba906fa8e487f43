import Testing

@testable import CORSPolicy

@Suite
struct RefusedConfigurationTests {
    typealias Change = @Sendable (inout CORSConfiguration) -> Void

    @Test
    func `the defaults and the four policies are accepted`() throws {
        #expect(try CORSPolicy(CORSConfiguration(), context: .test).warnings.isEmpty)
        for fixture in Fixture.allCases { #expect(problems(fixture) { _ in }.isEmpty) }
    }

    @Test
    func `all problems are reported at once, with their paths`() {
        let found = problems {
            $0.allowedOrigins = ["https://app.example/", "*", "null"]
            $0.deniedOrigins = ["file://"]
            $0.allowedMethods = ["TRACE", "P T"]
            $0.allowedHeaders = ["cookie"]
            $0.exposedHeaders = ["set-cookie"]
            $0.maxAge = 86_401
            $0.preflightStatus = 403
            $0.allowCredentials = true
            $0.allowNullOrigin = true
        }
        #expect(
            found.map { $0.prefix { $0 != ":" } } == [
                "allowedOrigins[0]", "allowedOrigins[2]", "allowedOrigins", "deniedOrigins[0]",
                "allowCredentials",
                "allowNullOrigin", "allowedMethods[0]", "allowedMethods[1]", "allowedHeaders[0]",
                "exposedHeaders[0]", "preflightStatus", "maxAge",
            ]
        )
    }

    static let credentials: [(Change, String)] = [
        (
            { $0.allowNullOrigin = true },
            #"allowNullOrigin: Credentials cannot be allowed for the origin "null", which any site can take on. Set allowNullOrigin or allowCredentials to false."#
        ),
        (
            { $0.allowedOrigins = ["http://app.example"] },
            #"allowedOrigins[0]: "http://app.example" is not encrypted, and credentials are allowed. Write it with https, or set dangerouslyAllowInsecureOrigins to true."#
        ),
        (
            { $0.allowedOrigins = ["https://*.github.io"] },
            #"allowedOrigins[0]: Anyone can have a name below "github.io", a public suffix, and credentials are allowed. Write a domain of your own, or set dangerouslyAllowPublicSuffixes to true."#
        ),
        (
            { $0.allowedOrigins = ["moz-extension://*"] },
            #"allowedOrigins[0]: "moz-extension://*" stands for every extension, and credentials are allowed. Write the extension's own origin, or set allowCredentials to false."#
        ),
    ]

    @Test(arguments: credentials)
    func `what is unsafe with credentials is refused with them only`(change: Change, expected: String) {
        #expect(problems(.listWithCredentials, change) == [expected])
        #expect(problems(.list, change).isEmpty)
    }

    @Test
    func `an override that says so accepts what is unsafe`() {
        #expect(
            problems(.listWithCredentials) {
                $0.allowedOrigins = ["http://app.example", "https://*.github.io"]
                $0.dangerouslyAllowInsecureOrigins = true
                $0.dangerouslyAllowPublicSuffixes = true
            }.isEmpty
        )
    }

    @Test
    func `plain http from a loopback address is safe with credentials`() {
        let loopback = [
            "http://localhost:*", "http://127.0.0.1:3000", "http://127.1.2.3", "http://[::1]:*",
            "http://a.localhost",
            "http://*.localhost:*",
        ]
        #expect(problems(.listWithCredentials) { $0.allowedOrigins = loopback }.isEmpty)
        for origin in ["http://localhost.example", "http://128.0.0.1", "http://[::2]", "http://notlocalhost"]
        {
            #expect(problems(.listWithCredentials) { $0.allowedOrigins = [origin] }.count == 1)
        }
    }

    static let others: [(Change, String)] = [
        (
            { $0.allowedMethods = ["TRACE"] },
            #"allowedMethods[0]: "TRACE" is forbidden in browsers and here. Remove it."#
        ),
        (
            { $0.allowedMethods = ["GET", "P T"] },
            #"allowedMethods[1]: "P T" is no method. Write a name such as "PUT", or "*" alone for any."#
        ),
        (
            { $0.allowedHeaders = ["Cookie"] },
            #"allowedHeaders[0]: "Cookie" is set by the browser alone. Remove it."#
        ),
        (
            { $0.allowedHeaders = ["Access-Control-Allow-Origin"] },
            #"allowedHeaders[0]: "Access-Control-Allow-Origin" is a field of responses. Remove it."#
        ),
        (
            { $0.allowedHeaders = ["x-*"] },
            #"allowedHeaders[0]: "x-*" is no header name. Write a name such as "X-Example", or "*" alone for any."#
        ),
        (
            { $0.exposedHeaders = ["Set-Cookie"] },
            #"exposedHeaders[0]: "Set-Cookie" is never shown to a script. Remove it."#
        ),
        (
            { $0.exposedHeaders = ["Origin"] },
            #"exposedHeaders[0]: "Origin" says nothing in the response to an actual request. Remove it."#
        ),
        (
            { $0.maxAge = 86_401 },
            "maxAge: 86401 is out of range. Write seconds from 0 (keep nothing) to 86400."
        ),
        (
            { $0.preflightStatus = 202 },
            "preflightStatus: A preflight cannot be answered with 202. Write 204, or 200 for old clients."
        ),
    ]

    @Test(arguments: others)
    func `methods, headers, maxAge and preflightStatus are refused with a mend`(
        change: Change,
        expected: String
    ) {
        #expect(problems(.list, change) == [expected])
    }

    @Test(arguments: [
        "proxy-x", "Sec-Y", "host", "DNT", "set-cookie", "access-control-max-age", "", "a b", "é",
    ])
    func `a request header that no page can set is refused`(name: String) {
        #expect(problems { $0.allowedHeaders = [name] }.count == 1)
    }

    @Test(arguments: [
        "set-cookie2", "Access-Control-Request-Method", "Access-Control-Request-Headers",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers", "Access-Control-Max-Age", "a,b",
    ])
    func `a response header that no page can read is refused`(name: String) {
        #expect(problems { $0.exposedHeaders = [name] }.count == 1)
    }

    @Test(arguments: [
        (-2, false), (-1, true), (0, true), (86_400, true), (86_401, false), (.min, false), (.max, false),
    ])
    func `maxAge is 0 to 86400, or -1 for 0`(maxAge: Int, isAccepted: Bool) throws {
        #expect(problems { $0.maxAge = maxAge }.isEmpty == isAccepted)
        guard isAccepted else { return }
        let lines = try Fixture.list.policy { $0.maxAge = maxAge }.preflight(
            "PUT",
            from: "https://app.example"
        )
        .preflightLines
        #expect(lines.contains("Access-Control-Max-Age: \(max(0, maxAge))"))
    }
}
