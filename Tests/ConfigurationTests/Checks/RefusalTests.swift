import Testing
import Text

@testable import Configuration

struct RefusalTests {
    @Test(arguments: [
        // Keys.
        (#"{"lisen": 1}"#, #"1:2: error: lisen: "lisen" is not a key here. Did you mean "listen"?"#),
        (
            #"{"cors": {"allowed_origins": []}}"#,
            #"1:11: error: cors.allowed_origins: "allowed_origins" is not a key here. Did you mean "allowedOrigins"?"#
        ),
        (#"{"maxAge": 1}"#, #"1:2: error: maxAge: "maxAge" is not a key here. Did you mean "cors.maxAge"?"#),
        (
            #"{"log": {"zzz": 1}}"#,
            #"1:10: error: log.zzz: "zzz" is not a key here. The keys are format, level, file."#
        ),
        (
            #"{"shards": 1, "shards": 2}"#,
            #"1:15: error: shards: "shards" stands here a second time. Remove one; the first is at 1:2."#
        ),
        // Types and ranges.
        ("[]", "1:1: error: An object is due here, not a list."),
        (#"{"log": 5}"#, "1:9: error: log: An object is due here, not the number 5."),
        (
            #"{"acceptOpenRelay": "true"}"#,
            "1:21: error: acceptOpenRelay: True or false is due here, not a string. Write true without the quotes."
        ),
        (
            #"{"listen": {"port": "8080"}}"#,
            "1:21: error: listen.port: A whole number from 0 to 65535 is due here, not a string. Write 8080 without the quotes."
        ),
        (
            #"{"listen": {"port": 65536}}"#,
            "1:21: error: listen.port: 65536 is out of range. Write a whole number from 0 to 65535."
        ),
        (
            #"{"shards": 1.5}"#,
            "1:12: error: shards: 1.5 is out of range. Write a whole number from 0 to 256."
        ),
        (
            #"{"cors": {"maxAge": -2}}"#,
            "1:21: error: cors.maxAge: -2 is out of range. Write a whole number from -1 to 86400."
        ),
        (
            #"{"cors": {"maxAge": 86401}}"#,
            "1:21: error: cors.maxAge: 86401 is out of range. Write a whole number from -1 to 86400."
        ),
        (
            #"{"cors": {"preflightStatus": 202}}"#,
            "1:30: error: cors.preflightStatus: 202 is out of range. Write 200 or 204."
        ),
        (
            #"{"cors": {"allowedMethods": "GET"}}"#,
            #"1:29: error: cors.allowedMethods: A list is due here, not a string. Write ["GET"]."#
        ),
        (#"{"trustedProxies": "*"}"#, "1:20: error: trustedProxies: A list is due here, not a string."),
        (
            #"{"cors": {"allowedOrigins": ["*", null]}}"#,
            "1:35: error: cors.allowedOrigins[1]: An origin is due here, not null."
        ),
        (
            #"{"log": {"level": "inf"}}"#,
            #"1:19: error: log.level: "inf" is not known here. Did you mean "info"?"#
        ),
        (
            #"{"log": {"format": "xml"}}"#,
            #"1:20: error: log.format: "xml" is not known here. Write "pretty" or "json" or "combined"."#
        ),
        (
            #"{"prefix": {"redirects": {"max": 21}}}"#,
            "1:34: error: prefix.redirects.max: 21 is out of range. Write a whole number from 0 to 20."
        ),
        // Durations and sizes.
        (
            #"{"limits": {"bodyTimeout": "30"}}"#,
            #"1:28: error: limits.bodyTimeout: "30" is not a duration. Write "250ms", "10s", "5m" or "1h"."#
        ),
        (
            #"{"limits": {"bodyTimeout": 0}}"#,
            #"1:28: error: limits.bodyTimeout: 0 is out of range. Write a duration from "1ms" to "24h"."#
        ),
        (
            #"{"limits": {"bodyTimeout": "25h"}}"#,
            #"1:28: error: limits.bodyTimeout: "25h" is out of range. Write a duration from "1ms" to "24h"."#
        ),
        (
            #"{"limits": {"headerBytes": "32kb"}}"#,
            #"1:28: error: limits.headerBytes: "32kb" is not a size. Write "32KB"."#
        ),
        (
            #"{"limits": {"headerBytes": "unlimited"}}"#,
            #"1:28: error: limits.headerBytes: "unlimited" is not a size. Write "32KB" or "20MB"."#
        ),
        (
            #"{"limits": {"headerBytes": 100}}"#,
            #"1:28: error: limits.headerBytes: 100 is out of range. Write a size from "256B" to "1MB"."#
        ),
        (
            #"{"limits": {"requestBody": -1}}"#,
            #"1:28: error: limits.requestBody: -1 is out of range. Write a size such as "20MB", or "unlimited"."#
        ),
        // Hosts, paths, networks.
        (
            #"{"listen": {"host": "*"}}"#,
            #"1:21: error: listen.host: "*" is no address. Write "0.0.0.0" or "::" to listen on every address."#
        ),
        (
            #"{"listen": {"host": "127.1"}}"#,
            #"1:21: error: listen.host: "127.1" is not a host name. Write a name such as "proxy.example.com"."#
        ),
        (
            #"{"listen": {"host": "localhost:80"}}"#,
            #"1:21: error: listen.host: "localhost:80" names a port. Write "localhost"."#
        ),
        (#"{"listen": []}"#, #"1:12: error: listen: The list is empty. Write { "host": …, "port": … }."#),
        (
            #"{"allowedHosts": ["http://a.example:80/x"]}"#,
            #"1:19: error: allowedHosts[0]: "http://a.example:80/x" is a URL. Write the host alone: "a.example"."#
        ),
        (
            #"{"allowedHosts": ["a.example:80"]}"#,
            #"1:19: error: allowedHosts[0]: "a.example:80" names a port. Write "a.example"."#
        ),
        (
            #"{"allowedHosts": ["::1"]}"#,
            #"1:19: error: allowedHosts[0]: "::1" lacks its brackets. Write "[::1]"."#
        ),
        (
            #"{"allowedHosts": ["bücher.example"]}"#,
            #"1:19: error: allowedHosts[0]: "bücher.example" is not in its ASCII form. Write "xn--bcher-kva.example"."#
        ),
        (
            #"{"basePath": "cors"}"#,
            #"1:14: error: basePath: "cors" does not start with a slash. Write a path such as "/cors/"."#
        ),
        (
            #"{"basePath": "/a/../b"}"#,
            #"1:14: error: basePath: "/a/../b" is not a plain path. Write segments of letters, digits, "-", ".", "_" and "~", such as "/cors/"."#
        ),
        (
            #"{"trustedProxies": ["10.0.0.1/8"]}"#,
            #"1:21: error: trustedProxies[0]: "10.0.0.1/8" has bits set below its prefix. Write "10.0.0.0/8" or "10.0.0.1"."#
        ),
        (
            #"{"guard": {"denyNetworks": ["lan"]}}"#,
            #"1:29: error: guard.denyNetworks[0]: "lan" is not a CIDR block. Write one such as "10.0.0.0/8" or "fd00::/8"."#
        ),
        (
            #"{"guard": {"allowPrivateNetworks": "true"}}"#,
            "1:36: error: guard.allowPrivateNetworks: True, false or a list of CIDR blocks is due here, not a string. Write true without the quotes."
        ),
        (
            #"{"prefix": {"targets": {"allow": ["ftp://bad"]}}}"#,
            #"1:35: error: prefix.targets.allow[0]: The scheme "ftp" is never forwarded. Write "http://", "https://", or no scheme to mean both."#
        ),
        // Upstream.
        (
            #"{"upstream": {"http2": true}}"#,
            #"1:24: error: upstream.http2: HTTP/2 to targets is not supported: they are spoken to in HTTP/1.1. Write "auto"."#
        ),
        (
            #"{"upstream": {"proxy": "ftp://user:secret@h"}}"#,
            #"1:24: error: upstream.proxy: This is not a proxy's URL. Write "env", "none", or a URL such as "http://proxy.example.com:3128"."#
        ),
        (
            #"{"upstream": {"hosts": {"a.example:0": "b"}}}"#,
            #"1:25: error: upstream.hosts["a.example:0"]: "a.example:0" has no valid port. Write a port from 1 to 65535 after the colon."#
        ),
        (
            #"{"upstream": {"hosts": {"*.example": "b"}}}"#,
            #"1:25: error: upstream.hosts["*.example"]: "*.example" is a pattern. Name one host."#
        ),
    ])
    func `refuses a value with its place, its path and a mend`(json: String, line: String) {
        var validators = Validators()
        validators.canonicalHost = { $0 == "bücher.example" ? "xn--bcher-kva.example" : nil }
        #expect(refusals(json, validators: validators) == ["test.json:\(line)"])
    }

    @Test(arguments: [
        (
            #"{"listen": {"tls": {"privateKey": "/dev/null"}}}"#,
            #"1:20: error: listen.tls: "certificate" is missing here. Add it."#
        ),
        (
            #"{"listen": [{}, {}]}"#,
            #"1:17: error: listen[1].port: "127.0.0.1:8080" is listened on already by listen[0]. Write another port, or remove one of the two."#
        ),
    ])
    func `refuses what a later version will do`(json: String, line: String) {
        #expect(refusals(json) == ["test.json:\(line)"])
    }

    @Test(arguments: [
        "Host", "content-length", "Connection", "KEEP-ALIVE", "Proxy-Connection", "Proxy-Authenticate",
        "Proxy-Authorization", "Proxy-Authentication-Info", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Expect",
    ])
    func `neither sets nor removes fields of the connection`(name: String) {
        for message in ["request", "response"] {
            let mend = "\(name.quoted) belongs to the connection, and the proxy writes it itself. Remove it."
            let setting = "{\"prefix\": {\"\(message)\": {\"setHeaders\": {\"\(name)\": \"x\"}}}}"
            #expect(refusals(setting).map { $0.hasSuffix(": \(mend)") } == [true])
            let removing = "{\"prefix\": {\"\(message)\": {\"removeHeaders\": [\"\(name)\"]}}}"
            #expect(refusals(removing).map { $0.hasSuffix(": \(mend)") } == [true])
        }
    }

    @Test(arguments: [
        (#"{"": "x"}"#, #""" is not a header name."#),
        (#"{":path": "x"}"#, #"":path" is not a header name."#),
        (#"{"X Y": "x"}"#, #""X Y" is not a header name."#),
        (#"{"X-é": "x"}"#, #""X-é" is not a header name."#),
        (#"{"X\r\nY": "x"}"#, #""X\u{D}\u{A}Y" is not a header name."#),
        (#"{"X": "a\r\nSet-Cookie: b"}"#, "The value holds a control character."),
        (#"{"X": "a\u0000"}"#, "The value holds a control character."),
        (#"{"X": "a\u007f"}"#, "The value holds a control character."),
        (#"{"X": " a"}"#, "The value has a space at an end."),
        (#"{"X": "a\t"}"#, "The value has a space at an end."),
        (#"{"X": 12345}"#, "A string is due here."),
        (#"{"X-A": "1", "x-a": "2"}"#, #""x-a" is the same field as "X-A"."#),
    ])
    func `refuses fields that could not be sent, and shows no value`(fields: String, message: String) {
        let lines = refusals("{\"prefix\": {\"request\": {\"setHeaders\": \(fields)}}}")
        #expect(lines.count == 1)
        #expect(
            lines.allSatisfy {
                $0.contains(": \(message)") && !$0.contains("12345") && !$0.contains("Cookie")
            }
        )
    }

    @Test func `leaves the fields of the policy to the policy`() {
        let json = #"{"prefix": {"response": {"setHeaders": {"Access-Control-Allow-Origin": "*"}}}}"#
        #expect(refusals(json).map { $0.hasSuffix("Say under \"cors\" what it is to allow.") } == [true])
        #expect(
            refusals(#"{"prefix": {"request": {"removeHeaders": ["Access-Control-Request-Method"]}}}"#) == []
        )
    }

    @Test func `places the policy's problems in the file`() {
        let json =
            "{ \"cors\": {\n  \"allowedOrigins\": [\"https://a.example\",\n   \"https://b.example/\"] } }"
        #expect(
            refusals(json).map { $0.hasPrefix("test.json:3:4: error: cors.allowedOrigins[1]: ") } == [true]
        )
        let star = #"{"cors": {"allowedOrigins": "*", "allowCredentials": true}}"#
        #expect(!refusals(star).isEmpty)
        #expect(
            refusals(star).allSatisfy { $0.hasPrefix("test.json:1:") && $0.contains("error: cors.allow") }
        )
    }

    @Test func `does not shift the elements after a bad one`() {
        let lines = refusals(#"{"cors": {"allowedOrigins": [5, "https://b.example/"]}}"#)
        #expect(
            lines == [
                "test.json:1:30: error: cors.allowedOrigins[0]: An origin is due here, not the number 5."
            ]
        )
    }

    @Test func `reports all problems at once in the order of the file`() {
        let json = #"""
            {
              "prefix": { "enabled": 1, "targets": { "alow": [] } },
              "cors": { "maxAge": "x", "deniedOrigins": ["https://b.example/"] },
              "routes": [1], "routes": []
            }
            """#
        let places = refusals(json, flags: Flags(port: 70_000)).map { $0.prefix { $0 != " " } }
        #expect(
            places == [
                "test.json:2:26:", "test.json:2:42:", "test.json:3:23:", "test.json:3:46:", "test.json:4:14:",
                "test.json:4:18:", "--port:",
            ]
        )
    }

    @Test func `shows a syntax error with its place, and the flags' problems with it`() {
        let lines = refusals("{\n  \"shards\": 1,\n}", flags: Flags(host: "a b", port: -1))
        #expect(lines.map { $0.prefix { $0 != " " } } == ["test.json:2:14:", "--host:", "--port:"])
        #expect(lines.first == "test.json:2:14: error: Nothing follows this comma. Remove the comma.")
    }

    @Test func `escapes what would steer a terminal`() {
        let lines = refusals(#"{"log": {"level": "\u001b[2J\u202e\"\\"}}"#)
        #expect(lines.map { $0.contains(#""\u{1B}[2J\u{202E}\"\\" is not known here."#) } == [true])
    }
}
