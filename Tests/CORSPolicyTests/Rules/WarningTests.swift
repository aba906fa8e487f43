import Testing

@testable import CORSPolicy

@Suite
struct WarningTests {
    typealias Change = @Sendable (inout CORSConfiguration) -> Void

    static let table: [(Change, [String])] = [
        ({ _ in }, []),
        (
            { $0.allowedOrigins = ["https://app.example", "https://app.example"] },
            [#"allowedOrigins[1]: "https://app.example" is listed twice. Remove it."#]
        ),
        (
            {
                $0.allowedOrigins = [
                    "https://a.shop.example", "https://*.b.shop.example", "https://*.shop.example:*",
                ]
            },
            [
                #"allowedOrigins[0]: "https://a.shop.example" is covered by "https://*.shop.example:*" already. Remove it."#,
                #"allowedOrigins[1]: "https://*.b.shop.example" is covered by "https://*.shop.example:*" already. Remove it."#,
            ]
        ),
        (
            {
                $0.allowedOrigins = [
                    "http://a.shop.example", "https://shop.example", "https://*.shop.example",
                ]
            },
            []
        ),
        (
            {
                $0.deniedOrigins = ["https://app.example"]
                $0.requireOrigin = true
            },
            [
                #"allowedOrigins[0]: "https://app.example" is denied by "https://app.example" in deniedOrigins, which wins. Remove it from one of the two."#
            ]
        ),
        (
            { $0.deniedOrigins = ["https://bad.shop.example"] },
            [
                "deniedOrigins: A client that sends no Origin is not denied. Set requireOrigin to true where that matters."
            ]
        ),
        (
            { $0.allowedOrigins = ["http://127.0.0.1:8080"] },
            [
                #"allowedOrigins[0]: "http://127.0.0.1:8080" is the proxy's own origin: pages of its routes that run as it need no entry. Remove it."#
            ]
        ),
        ({ $0.allowedOrigins = ["http://127.0.0.1:*"] }, []),
        (
            { $0.allowedMethods = ["PUT", "put", "patch"] },
            [
                #"allowedMethods[1]: "put" is listed twice. Remove it."#,
                #"allowedMethods[2]: "patch" is another method than "PATCH": browsers leave its case as it is. Write "PATCH"."#,
            ]
        ),
        (
            { $0.allowedMethods = ["*", "PUT"] },
            [#"allowedMethods[1]: "PUT" is covered by "*" already. Remove it."#]
        ),
        (
            { $0.allowedHeaders = ["x-a", "X-A"] },
            [#"allowedHeaders[1]: "X-A" is listed twice. Remove it."#]
        ),
        (
            { $0.allowedHeaders = ["*"] },
            [
                #"allowedHeaders: "*" does not cover Authorization. Write ["*", "Authorization"] if pages send it."#
            ]
        ),
        (
            { $0.allowedHeaders = ["*", "Authorization", "x-a"] },
            [#"allowedHeaders[2]: "x-a" is covered by "*" already. Remove it."#]
        ),
        (
            { $0.exposedHeaders = ["etag", "ETag"] },
            [#"exposedHeaders[1]: "ETag" is listed twice. Remove it."#]
        ),
        (
            { $0.exposedHeaders = ["*", "etag"] },
            [#"exposedHeaders[1]: "etag" is covered by "*" already. Remove it."#]
        ),
        (
            { $0.maxAge = 7201 },
            [
                "maxAge: 7201 seconds are more than most browsers keep: Chromium 7200, Safari 600, Firefox 86400. Write 7200 or less."
            ]
        ),
        (
            {
                $0.allowedMethods = ["GET", "post"]
                $0.allowedHeaders = []
            },
            [
                "maxAge: 600 has no effect: what is allowed needs no preflight. Remove it, or add to allowedMethods or allowedHeaders."
            ]
        ),
    ]

    @Test(arguments: table)
    func `what is likely not meant is warned about`(change: Change, expected: [String]) throws {
        #expect(try warnings(.list, change) == expected)
    }

    @Test
    func `the asterisk for origins is warned about only where it is there twice`() throws {
        #expect(try warnings(.anyWithAuthorization) { _ in }.isEmpty)
        #expect(
            try warnings(.anyWithAuthorization) { $0.allowedOrigins = ["*", "*"] }
                == [#"allowedOrigins: "*" is listed twice. Write it once."#]
        )
    }

    @Test
    func `credentials in the prefix form are warned about`() throws {
        var context = CORSPolicyContext.test
        context.coversPrefixForm = true
        #expect(try warnings(.list, context: context) { _ in }.isEmpty)
        #expect(
            try warnings(.listWithCredentials, context: context) { _ in } == [
                """
                allowCredentials: Credentials are allowed in the prefix form, where one origin serves every target. \
                Allow them in a route of its own instead.
                """
            ]
        )
    }
}
