import Testing

@testable import Configuration

struct RouteRefusalTests {
    /// A route that lacks nothing, with more keys; the first of them stands in column 47.
    private func refusals(_ keys: String) -> [String] {
        ConfigurationTests.refusals(#"{"routes": [{"path": "/a", "target": "http://a", \#(keys)}]}"#)
    }

    @Test(arguments: [
        (#"{"routes": {}}"#, "1:12: error: routes: A list of objects is due here, not an object."),
        (#"{"routes": [{"path": "/a"}]}"#, #"1:13: error: routes[0]: "target" is missing here. Add it."#),
        (
            #"{"routes": [{"path": "/a", "taget": "http://a"}]}"#,
            #"1:28: error: routes[0].taget: "taget" is not a key here. Did you mean "target"?"#
        ),
        (
            #"{"routes": [{"path": "/a", "target": "http://a", "setQuery": {}}]}"#,
            #"1:50: error: routes[0].setQuery: "setQuery" is not a key here. Did you mean "routes[].request.setQuery"?"#
        ),
        (
            #"{"routes": [{"path": "/a", "target": "http://a", "maxAge": 1}]}"#,
            #"1:50: error: routes[0].maxAge: "maxAge" is not a key here. Did you mean "routes[].cors.maxAge"?"#
        ),
        (#"{"rules": [{}]}"#, #"1:12: error: rules[0]: "match" is missing here. Add it."#),
        (
            #"{"rules": [{"match": {"methods": "*"}}]}"#,
            #"1:22: error: rules[0].match: "url" is missing here. Add it."#
        ),
        (
            #"{"rules": [{"match": {"url": "a", "methods": ["G ET"]}}]}"#,
            #"1:47: error: rules[0].match.methods[0]: "G ET" is not a method. Write one such as "GET"."#
        ),
        (
            #"{"limits": {"rate": {"per": "1m"}}}"#,
            #"1:21: error: limits.rate: "requests" is missing here. Add it."#
        ),
        (
            #"{"limits": {"rate": {"requests": -1}}}"#,
            "1:34: error: limits.rate.requests: -1 is out of range. Write a whole number from 0 to 1000000000."
        ),
        (
            #"{"limits": {"rate": {"requests": 1, "key": "ipp"}}}"#,
            #"1:44: error: limits.rate.key: "ipp" is not known here. Write "ip" or "origin" or "clientKey"."#
        ),
        (
            #"{"limits": {"rate": {"requests": 1, "key": "clientKey"}}}"#,
            #"1:44: error: limits.rate.key: No client key is asked for. Set clientKeys, or write "ip"."#
        ),
        (
            #"{"clientKeys": "abc"}"#,
            "1:16: error: clientKeys: A list is due here, not a string."
        ),
        (
            #"{"clientKeys": [12345]}"#,
            "1:17: error: clientKeys[0]: A string is due here. Write the value in double quotes."
        ),
        (
            #"{"clientKeys": [""]}"#,
            "1:17: error: clientKeys[0]: A client key cannot be empty. Write one, or ${env:NAME}."
        ),
        (
            #"{"prefix": {"redirects": {"mode": "follow", "targets": ["a.example"]}}}"#,
            #"1:45: error: prefix.redirects.targets: "targets" is not a key here. Did you mean "prefix.targets"?"#
        ),
        (
            #"{"prefix": {"cookies": "rescope"}}"#,
            #"1:24: error: prefix.cookies: Cookies cannot be kept where the policy allows no credentials. Set cors.allowCredentials, or write "strip"."#
        ),
    ])
    func `refuses a value with its place, its path and a mend`(json: String, line: String) {
        #expect(ConfigurationTests.refusals(json) == ["test.json:\(line)"])
    }

    @Test(arguments: [
        (#""name": "a b""#, #"name: "a b" is no name for a route."#),
        (#""methods": ["TRACE"]"#, #"methods[0]: "TRACE" is never forwarded. Remove it."#),
        (#""hosts": ["*.a.example"]"#, #"hosts[0]: "*.a.example" is a pattern. Name one host."#),
        (#""hosts": ["a.example:80"]"#, #"hosts[0]: "a.example:80" names a port."#),
        (#""request": {"setQuery": {"": "x"}}"#, "request.setQuery[\"\"]: A parameter needs a name."),
        (#""request": {"setQuery": {"a": 5}}"#, "request.setQuery.a: A string is due here."),
        (#""request": {"setHeaders": {"Host": "x"}}"#, #"request.setHeaders.Host: "Host" belongs to"#),
        (#""cookies": "rescope""#, "cookies: Cookies cannot be kept where the policy allows no credentials."),
        (#""upstream": {"clientCertificate": "no.pem"}"#, "upstream.clientCertificate: There is no file"),
        (#""rate": {"requests": 1, "key": "clientKey"}"#, "rate.key: No client key is asked for."),
        (#""rate": {"requests": 1, "exempt": ["https://a.example/"]}"#, "rate.exempt[0]: "),
        (#""cors": {"allowedOrigins": ["https://A.example"]}"#, "cors.allowedOrigins[0]: "),
        (
            #""cors": {"allowedOrigins": ["http://p.example"], "allowCredentials": true}"#,
            "cors.allowedOrigins[0]: "
        ),
        (#""cors": {"maxage": 5}"#, #"cors.maxage: "maxage" is not a key here. Did you mean "maxAge"?"#),
    ])
    func `refuses what a route cannot mean`(keys: String, message: String) {
        let lines = refusals(keys)
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.allSatisfy { $0.contains("error: routes[0].\(message)") }, "\(lines)")
    }

    @Test(arguments: [
        ("", "cors.allowCredentials"), (#", "cors": {"maxAge": 5}"#, "routes[0].cors.allowCredentials"),
        (#", "cors": {"allowCredentials": false}"#, "routes[0].cors.allowCredentials"),
    ])
    func `tells with cookies that are refused which policy is to allow credentials`(cors: String, key: String)
    {
        let lines = refusals(#""cookies": "rescope"\#(cors)"#)
        #expect(lines.count == 1 && lines.allSatisfy { $0.contains("Set \(key), give") }, "\(lines)")
    }

    @Test(arguments: [
        ("a", #""a" does not start with a slash. Write a path such as "/weather/"."#),
        ("/a//b", #""/a//b" is not a plain path."#), ("/../a", #""/../a" is not a plain path."#),
        ("/a%2fb", #""/a%2fb" is not a plain path."#), ("/a;b", #""/a;b" is not a plain path."#),
        ("/https://a", #""/https://a" is not a plain path."#), ("", #""" does not start with a slash."#),
    ])
    func `refuses a path that servers could read in two ways`(path: String, message: String) {
        let json = "{\"routes\": [{\"path\": \"\(path)\", \"target\": \"http://a.example\"}]}"
        let lines = ConfigurationTests.refusals(json)
        #expect(
            lines.count == 1 && lines.allSatisfy { $0.contains("1:22: error: routes[0].path: \(message)") }
        )
    }

    @Test(arguments: [
        ("api.example.com", #""api.example.com" is not an absolute URL."#),
        (
            "FTP://a.example",
            #""ftp" is not a scheme that is forwarded to. Write http or https, or ws or wss, which mean the same."#
        ),
        ("wsx://a.example", #""wsx" is not a scheme"#), ("ws://a.example?x", "The URL holds a query."),
        ("http://u:secret@a.example", "The URL holds a user name."),
        ("http:///x", #""http:///x" names no host."#),
        ("http://a.example?x", "The URL holds a query."),
        ("http://a.example/#x", "The URL holds a fragment."),
        ("http://a.example/a/../b", "The path "), ("http://a.example/%2E%2e/b", "The path "),
        ("http://a.example/..;x/b", "The path "), ("http://a.example/..%3bx/b", "The path "),
        ("http://a.example/a%5cb", "The path "),
        ("http://a.example/a%252e", "The path "), ("http://a.example/%zz", "The path "),
        ("http://a.example/%4", "The path "), ("http://a.example/a b", "The path "),
        ("http://a.example:0/", "The URL's port is not a number from 1 to 65535."),
    ])
    func `refuses a target that is no plain URL`(target: String, message: String) {
        let json = "{\"routes\": [{\"path\": \"/a\", \"target\": \"\(target)\"}]}"
        let lines = ConfigurationTests.refusals(json)
        #expect(lines.count == 1, "\(lines)")
        #expect(
            lines.allSatisfy {
                $0.contains("1:38: error: routes[0].target: \(message)") && !$0.contains("secret")
            }
        )
    }

    @Test func `passes on what the URL parser has against a target`() {
        var validators = Validators()
        validators.targetOrigin = { scheme, authority throws(Fault) in
            throw Fault("No: \(scheme) \(authority).")
        }
        let json = #"{"routes": [{"path": "/a", "target": "https://a.example:1/x"}]}"#
        let lines = ConfigurationTests.refusals(json, validators: validators)
        #expect(lines == ["test.json:1:38: error: routes[0].target: No: https a.example:1."])
    }

    @Test func `refuses routes of which two could be meant`() {
        let json = #"""
            { "routes": [
              { "name": "One", "path": "/a", "target": "http://a.example", "hosts": ["x.example", "y.example"] },
              { "name": "one", "path": "/a/", "target": "http://b.example", "hosts": ["Y.example"] },
              { "path": "/a/b", "target": "http://c.example" }
            ] }
            """#
        let end = "of routes[0] too. Change one of the two."
        #expect(
            ConfigurationTests.refusals(json) == [
                "test.json:3:13: error: routes[1].name: This is the name \(end)",
                "test.json:3:28: error: routes[1].path: This is the path \(end)",
                "test.json:3:75: error: routes[1].hosts[0]: This is a host \(end)",
            ]
        )
    }

    @Test func `refuses a key without its certificate`() {
        let lines = refusals(##""upstream": {"clientKey": "\##(#filePath)"}"##)
        #expect(
            lines.map { $0.hasSuffix("The key has no certificate. Name one in clientCertificate.") } == [true]
        )
    }

    @Test func `tells once what a route has from the global policy`() {
        let json =
            #"{"cors": {"allowedOrigins": ["https://A.example"]}, "routes": [{"path": "/a", "target": "http://a.example", "cors": {"maxAge": 5}}]}"#
        #expect(
            ConfigurationTests.refusals(json).map {
                $0.hasPrefix("test.json:1:30: error: cors.allowedOrigins[0]: ")
            } == [true]
        )
    }

    @Test func `takes cookies on a host of the route's own without credentials`() {
        #expect(refusals(#""cookies": "rescope", "hosts": ["a.example"]"#) == [])
        #expect(refusals(#""cookies": "rescope", "name": "a""#).count == 1)
        #expect(
            refusals(
                #""cookies": "rescope", "cors": {"allowedOrigins": ["https://p.example"], "allowCredentials": true}"#
            ) == []
        )
    }

    @Test func `tells everything at once`() {
        let json = #"""
            { "routes": [
              { "path": "a", "target": "ftp://x", "cors": { "maxAge": "5" } },
              { "target": "http://a.example/", "methods": ["TRACK"], "rate": { "requests": 1.5 } } ],
              "clientKeys": ["${env:NONE}"], "rules": [ { "match": { "ulr": "a" } } ] }
            """#
        let paths = ConfigurationTests.refusals(json).map {
            $0.split(separator: " ").dropFirst(2).first.map(String.init)
        }
        #expect(
            paths == [
                "routes[0].path:", "routes[0].target:", "routes[0].cors.maxAge:", "routes[1]:",
                "routes[1].methods[0]:", "routes[1].rate.requests:", "clientKeys[0]:", "rules[0].match.ulr:",
            ]
        )
    }
}
