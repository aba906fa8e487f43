import Foundation
import TestSupport
import Testing

/// What routes and rules change in messages.
@Suite struct GatewayEditTests {
    @Test func `a route removes fields first and sets them then, both ways`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text("ok", ["X-Out: theirs", "X-Out: again", "X-Gone: 1", "X-Stays: 1"])
        }
        let proxy = try Gateway.proxy(
            Gateway.route(
                "/r/",
                to: upstream.url(),
                #"""
                "request": {"setHeaders": {"X-In": "ours", "Referer": "https://ours.example/", "User-Agent": "ours/1",
                  "Origin": "https://ours.example"}, "removeHeaders": ["x-in", "X-Drop"]},
                "response": {"setHeaders": {"X-Out": "ours"}, "removeHeaders": ["x-gone", "x-out"]}
                """#
            ),
            Gateway.route("/plain/", to: upstream.url())
        )
        let fields = [
            origin(Policy.local), "x-in: mine", "X-IN: too", "X-Drop: 1", "X-Other: 1", "User-Agent: mine",
            "Connection: X-In, Referer, Origin",
        ]
        let response = try proxy.request("GET", "r/x", fields)
        let request = try #require(upstream.requests.first)
        #expect(request.values(of: "X-In") == ["ours"])
        #expect(request.values(of: "Referer") == ["https://ours.example/"])
        #expect(request.values(of: "Origin") == ["https://ours.example"])
        #expect(request.values(of: "User-Agent") == ["ours/1"])
        #expect(request.value(of: "X-Drop") == nil)
        #expect(request.value(of: "X-Other") == "1")
        #expect(response.values(of: "X-Out") == ["ours"])
        #expect(response.value(of: "X-Gone") == nil)
        #expect(response.value(of: "X-Stays") == "1")
        #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local])

        let plain = try proxy.request("GET", "plain/x", ["X-Drop: 1"])
        #expect(upstream.requests.last?.value(of: "X-Drop") == "1")
        #expect(upstream.requests.last?.value(of: "X-In") == nil)
        #expect(plain.value(of: "X-Gone") == "1")
    }

    @Test func `the edits of the prefix form are not those of a route`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url()),
            more: #""prefix": {"request": {"setHeaders": {"X-Prefix": "1"}}}"#
        )
        _ = try proxy.request("GET", "r/x")
        _ = try proxy.request("GET", upstream.url())
        #expect(upstream.requests.map { $0.value(of: "X-Prefix") } == [nil, "1"])
    }

    @Test(arguments: [
        ("x", "/x?appid=ours"), ("x?", "/x?appid=ours"), ("x?a=1", "/x?a=1&appid=ours"),
        ("x?appid=mine", "/x?appid=ours"), ("x?appid=1&a=b%20c&appid=2", "/x?a=b%20c&appid=ours"),
        ("x?%61ppid=mine&a", "/x?a&appid=ours"), ("x?app%69d=1&appid", "/x?appid=ours"),
        ("x?APPID=1", "/x?APPID=1&appid=ours"), ("x?myappid=1", "/x?myappid=1&appid=ours"),
        ("x?a=/../b;c&d=%5c%2e%2e", "/x?a=/../b;c&d=%5c%2e%2e&appid=ours"),
    ])
    func `setQuery takes the place of the client's parameter, however that is spelt`(
        target: String,
        asked: String
    ) throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), #""request": {"setQuery": {"appid": "ours"}}"#)
        )
        #expect(try proxy.request("GET", "r/\(target)").text == "ok")
        // Where the parameter stands in the query is the proxy's affair.
        #expect(upstream.targets.map(Self.sorted) == [Self.sorted(asked)])
    }

    private static func sorted(_ target: String) -> [String] {
        target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            .flatMap { $0.split(separator: "&").map(String.init).sorted() }
    }

    @Test func `setQuery encodes what would end its value`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), #""request": {"setQuery": {"k[]": "a b&c=d#é+%41"}}"#)
        )
        #expect(try proxy.request("GET", "r/x").text == "ok")
        let query = try #require(upstream.targets.first?.split(separator: "?").last)
        #expect(!query.contains("&") && !query.contains("#") && !query.contains(" "))
        let parts = query.split(separator: "=", maxSplits: 1)
        #expect(parts.first?.removingPercentEncoding == "k[]")
        #expect(
            parts.last?.replacing("+", with: "%20").removingPercentEncoding == "a b&c=d#é+%41",
            "\(query)"
        )
    }

    // MARK: Rules

    /// Two rules for the same target and one for another, in order.
    private func rules(_ upstream: ScriptedUpstream) -> String {
        """
        "rules": [
          {"match": {"url": "\(upstream.url("/api/**"))"},
           "request": {"setHeaders": {"X-First": "1", "X-Both": "first", "Referer": "https://ours.example/",
             "Origin": "https://ours.example", "User-Agent": "ours/1"}, "removeHeaders": ["X-Drop"]},
           "response": {"setHeaders": {"Cross-Origin-Resource-Policy": "cross-origin"},
             "removeHeaders": ["X-Frame-Options"]}},
          {"match": {"url": "\(upstream.url("/api/**"))", "methods": ["PUT"]},
           "request": {"setHeaders": {"X-Second": "2", "X-Both": "second"}}},
          {"match": {"url": "https://elsewhere.example/**"}, "request": {"setHeaders": {"X-Third": "3"}}}
        ]
        """
    }

    @Test(arguments: ["prefix", "route"])
    func `rules change fields by target URL and method, in order, for prefix and routes alike`(form: String)
        throws
    {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok", ["X-Frame-Options: DENY"]) }
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url()),
            more: rules(upstream)
        )
        let base = form == "prefix" ? upstream.url() : "r/"
        let fields = [
            origin(Policy.local), "X-Drop: 1", "User-Agent: mine", "X-Both: mine",
            "Connection: X-First, Referer",
        ]
        let get = try proxy.request("GET", "\(base)api/x", fields)
        let put = try proxy.request("PUT", "\(base)api/x", fields, body: "x")
        let other = try proxy.request("GET", "\(base)apix", fields)
        let requests = upstream.requests
        #expect(requests.map { $0.values(of: "X-First") } == [["1"], ["1"], []])
        #expect(requests.map { $0.values(of: "X-Both") } == [["first"], ["second"], ["mine"]])
        #expect(requests.map { $0.value(of: "X-Second") } == [nil, "2", nil])
        #expect(requests.map { $0.value(of: "X-Third") } == [nil, nil, nil])
        #expect(requests.map { $0.value(of: "X-Drop") } == [nil, nil, "1"])
        #expect(requests.map { $0.value(of: "User-Agent") } == ["ours/1", "ours/1", "mine"])
        #expect(requests.first?.values(of: "Referer") == ["https://ours.example/"])
        #expect(requests.first?.values(of: "Origin") == ["https://ours.example"])
        #expect([get, put, other].map { $0.value(of: "X-Frame-Options") } == [nil, nil, "DENY"])
        #expect(get.values(of: "Cross-Origin-Resource-Policy") == ["cross-origin"])
        #expect(get.values(of: "Access-Control-Allow-Origin") == [Policy.local])
    }

    @Test func `a rule's fields do not follow a redirect to a target that it is not for`() throws {
        let other = try ScriptedUpstream.named("arrived")
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: other.url("/x")) }
        let proxy = try Gateway.proxy(
            more: """
                "rules": [{"match": {"url": "\(upstream.url("/**"))"}, "request": {"setHeaders": {"X-Key": "k"}}},
                  {"match": {"url": "\(other.url("/**"))"}, "request": {"setHeaders": {"X-There": "t"}}}]
                """
        )
        #expect(try proxy.request("GET", upstream.url()).text == "arrived")
        #expect(upstream.requests.first?.value(of: "X-Key") == "k")
        #expect(other.requests.first?.value(of: "X-Key") == nil)
    }

    @Test(arguments: [
        (
            #""rules": [{"match": {"url": "https://h/**"}, "request": {"setHeaders": {"Host": "x"}}}]"#,
            "rules[0].request"
        ),
        (
            #""rules": [{"match": {"url": "https://h/**"}, "response": {"setHeaders": {"A": "b\r\nC: d"}}}]"#,
            "rules[0].response"
        ),
        (#""rules": [{"match": {"url": "ht!tp://[/**"}}]"#, "rules[0].match.url"),
        (#""rules": [{"match": {"url": "https://h/**", "methods": ["TRACE"]}}]"#, "rules[0].match.methods"),
        (#""rules": [{"request": {}}]"#, "match"),
    ])
    func `a rule that cannot hold is refused with its place`(rule: String, place: String) throws {
        #expect(try Gateway.refusal(of: "{\(rule)}").contains(place))
    }
}
