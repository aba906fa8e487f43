import Testing

@testable import CORSPolicy

@Suite
struct RefusedOriginTests {
    typealias Change = @Sendable (inout CORSConfiguration) -> Void

    static let origins: [(Change, String)] = [
        (
            { $0.allowedOrigins = ["*", "https://app.example"] },
            #"allowedOrigins: "*" stands for every origin and cannot be mixed with others. Remove "*", or everything else."#
        ),
        (
            { $0.deniedOrigins = ["*"] },
            #"deniedOrigins: "*" cannot stand in this list. Write origins, or leave the list empty."#
        ),
        (
            { $0.allowedOrigins = ["null"] },
            #"allowedOrigins[0]: "null" is no origin that a list can hold: every sandboxed frame sends it. Remove it; allowNullOrigin decides about it."#
        ),
        (
            { $0.allowedOrigins = ["file:///a"] },
            #"allowedOrigins[0]: "file:///a" never matches: pages of the scheme file send the origin "null". Serve the pages from http://localhost, or set allowNullOrigin to true."#
        ),
        (
            { $0.allowedOrigins = ["https://a.*.example"] },
            #"allowedOrigins[0]: "https://a.*.example" has a "*" that is neither the first label of the host nor the whole port. Write "https://*.example.com" for subdomains, "http://localhost:*" for any port."#
        ),
        (
            { $0.allowedOrigins = ["https://app.example:8*"] },
            #"allowedOrigins[0]: "https://app.example:8*" has a "*" that is neither the first label of the host nor the whole port. Write "https://*.example.com" for subdomains, "http://localhost:*" for any port."#
        ),
        (
            { $0.allowedOrigins = ["*://app.example"] },
            #"allowedOrigins[0]: "*://app.example" has a "*" in its scheme, which would let unencrypted pages in. Write one entry for each scheme."#
        ),
        (
            { $0.allowedOrigins = ["https://*"] },
            #"allowedOrigins[0]: "https://*" would stand for every site of the scheme https. Write "*" for any origin, or "https://*.example.com" for subdomains."#
        ),
        (
            { $0.allowedOrigins = ["https://*.127.0.0.1"] },
            #"allowedOrigins[0]: "https://*.127.0.0.1" asks for the subdomains of an IP address, which has none. Write the address alone."#
        ),
        (
            { $0.allowedOrigins = ["tauri://*"] },
            #"allowedOrigins[0]: "tauri://*" has a "*", but origins of the scheme tauri are matched whole. Write each origin out."#
        ),
        (
            { $0.allowedOrigins = ["https://app.example:65536"] },
            #"allowedOrigins[0]: "https://app.example:65536" has no valid port. Write a number from 1 to 65535, or "*" for any port."#
        ),
        (
            { $0.allowedOrigins = ["https://a b"] },
            #"allowedOrigins[0]: "https://a b" is no origin. Write scheme://host[:port], for example "https://app.example"."#
        ),
        (
            { $0.allowedOrigins = ["https:/app.example"] },
            #"allowedOrigins[0]: "https:/app.example" has no scheme. Write scheme://host[:port], for example "https://app.example"."#
        ),
    ]

    @Test(arguments: origins)
    func `an origin list is refused for what it holds`(change: Change, expected: String) {
        #expect(problems(.list, change) == [expected])
    }

    @Test(arguments: [
        "", " ", "://", "https://", "https://a..b", "https://.a", "https://a.b..", "https://256.0.0.1",
        "https://1.2.3.4.5",
        "https://08.1", "https://[::1", "https://[::1]x", "https://[1.2.3.4]", "https://[::g]", "https://::1",
        "https://%61.example", "https://a,b", "https://\u{2603}.example", "https://app.example:80:80",
        "https://app.example:-1", "https://app.example:0", "1http://a", "ht_tp://a", "app:///", "app://a b",
        "https://\(String(repeating: "a", count: 64)).example", "https://*.*.example", "https://**.example",
        "https://*example.com", "https://\(String(repeating: "a.", count: 127))b", "tauri://localhost:*",
        String(repeating: "a", count: 327),
    ])
    func `a text that is no origin pattern is refused, in either list`(text: String) {
        for key in [\CORSConfiguration.allowedOrigins, \.deniedOrigins] {
            #expect(problems { $0[keyPath: key] = [text] }.count == 1)
        }
    }

    @Test(arguments: ["256.0.0.1", "1.2.3.256", "1.2.65536", "4294967296", "1.2.3.4.5", "08.1"])
    func `numbers that are no IPv4 address are not made into one`(host: String) {
        #expect(
            problems { $0.allowedOrigins = ["https://\(host)"] } == [
                """
                allowedOrigins[0]: "https://\(host)" is no origin. \
                Write scheme://host[:port], for example "https://app.example".
                """
            ]
        )
    }
}
