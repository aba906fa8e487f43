import Foundation
import TestSupport
import Testing

@Suite struct LogTests {
    @Test func `each request is one line with method, status and target, and no query`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess()
        let fields = [origin(Policy.local), "Authorization: Bearer hidden-token", "Cookie: a=hidden-cookie"]
        _ = try proxy.request("GET", upstream.url("/first?key=hidden-query"), fields)
        _ = try proxy.request("POST", upstream.url("/second"), [origin(Policy.stranger)], body: "hidden-body")
        let first = try proxy.logLines(with: "/first")
        #expect(first.count == 1)
        #expect(first[0].contains("GET") && first[0].contains("200"))
        let second = try proxy.logLines(with: "/second")
        #expect(second.count == 1)
        #expect(second[0].contains("POST") && second[0].contains("403"))
        let all = proxy.child.standardOutput + proxy.child.standardError
        #expect(!all.contains("hidden"))
        #expect(!all.contains("\u{1B}"), "no colours where the output is no terminal")
    }

    @Test(arguments: [
        (
            "GET", ["Origin: http://app.example"],
            #"Origin "http://app.example" is not allowed. Add "http://app.example" to cors.allowedOrigins. "#
                + #"The closest pattern is "https://app.example": its scheme is https, the origin's http."#
        ),
        (
            "GET", ["Origin: https://app.example:8443"],
            #"The closest pattern is "https://app.example": its port is the default, the origin's 8443."#
        ),
        (
            "GET", ["Origin: https://www.app.example"],
            #"The closest pattern is "https://app.example": it does not begin with "www.", the origin does."#
        ),
        (
            "GET", ["Origin: https://app.example/"],
            #"The closest pattern is "https://app.example": the origin has a trailing slash."#
        ),
        ("GET", ["Origin: null"], "Set cors.allowNullOrigin to true."),
        ("GET", ["Sec-Fetch-Site: cross-site"], "so that Origin is sent."),
        (
            "PATCH", ["Origin: https://app.example"],
            #"Method "PATCH" is not allowed. Add "PATCH" to cors.allowedMethods."#
        ),
        (
            "OPTIONS", ["Origin: https://app.example", "Access-Control-Request-Method: PATCH"],
            #"Method "PATCH" is not allowed. Add "PATCH" to cors.allowedMethods."#
        ),
        (
            "OPTIONS",
            [
                "Origin: https://app.example", "Access-Control-Request-Method: PUT",
                "Access-Control-Request-Headers: x-b",
            ],
            #"Header "x-b" is not allowed. Add "x-b" to cors.allowedHeaders."#
        ),
    ])
    func `a blocked request's line says what comes closest and what to add`(
        method: String,
        fields: [String],
        words: String
    ) throws {
        for format in ["pretty", "json"] {
            let proxy = try ProxyProcess(
                """
                {"log": {"format": "\(format)"}, "cors": {"allowedOrigins": ["https://app.example"],
                 "allowedMethods": ["PUT"], "allowedHeaders": ["x-a"]}}
                """
            )
            _ = try proxy.request(method, "http://a.example/blocked", fields)
            let line = try #require(try proxy.logLines(with: "/blocked").first)
            guard format == "json" else {
                #expect(line.contains("denied") && line.contains(words), "\(line)")
                continue
            }
            let entry = try JSONText.object(line.utf8)
            #expect(entry["cors"] as? String == "denied")
            #expect((entry["reason"] as? String)?.contains(words) == true, "\(line)")
        }
    }

    @Test func `log.format json writes one object a request`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(#"{"log": {"format": "json"}}"#)
        for number in 0..<3 {
            _ = try proxy.request("GET", upstream.url("/item?number=\(number)"), [origin(Policy.local)])
        }
        try eventually("three lines") { try proxy.logLines(with: "/item").count == 3 }
        for line in try proxy.logLines(with: "/item") {
            let entry = try JSONText.object(line.utf8)
            #expect(entry.values.contains { $0 as? String == "GET" }, "\(line)")
            #expect(entry.values.contains { $0 as? Int == 200 }, "\(line)")
            #expect(!line.contains("number="))
        }
    }

    @Test(arguments: ["pretty", "json"])
    func `nothing from the wire breaks a line or steers a terminal`(format: String) throws {
        let proxy = try ProxyProcess("{\"log\": {\"format\": \"\(format)\"}}")
        for text in [
            "https://a\t", "https://a\u{9B}31m", "https://a\u{202E}b", "https://a\u{85}b", "https://a\"b\\",
        ] {
            _ = try proxy.request("GET", "http://a.example/%0A%1B[31m\"x", [origin(text)])
        }
        let client = try proxy.connect()
        try client.send("G\u{1B}T / HTTP/1.1\r\nX: \u{07}\r\n\r\n")
        _ = try client.readToEnd()
        _ = try proxy.request("GET", "iscorsneeded")
        _ = try proxy.logLines(with: "iscorsneeded")
        let unwanted = proxy.child.standardOutput.unicodeScalars.filter {
            $0 != "\n" && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E)
        }
        #expect(unwanted.isEmpty, "\(unwanted.map { String($0.value, radix: 16) })")
    }

    @Test func `log.file takes the lines instead of standard output`() throws {
        let folder = try TemporaryFolder()
        let proxy = try ProxyProcess("{\"log\": {\"file\": \"\(folder.path)/access.log\"}}")
        _ = try proxy.request("GET", "http://10.0.0.1/logged")
        try eventually("a line in the file") { folder.text(of: "access.log").contains("/logged") }
        #expect(!proxy.child.standardOutput.contains("/logged"))
    }

    @Test func `at start it says what is open and gives a line to paste`() throws {
        let proxy = try ProxyProcess(nil)
        try eventually("the fetch line") { proxy.child.standardOutput.contains("fetch(") }
        #expect(proxy.child.standardOutput.contains("listening on http://localhost:\(proxy.port)\n"))
        #expect(proxy.child.standardOutput.contains("fetch(\"http://localhost:\(proxy.port)/https://"))
    }

    @Test func `messages and requests are told by one clock`() throws {
        func times(_ format: String, _ pattern: Regex<(Substring, Substring)>) throws -> [String] {
            let folder = try TemporaryFolder()
            let proxy = try ProxyProcess(
                "{\"log\": {\"format\": \"\(format)\", \"file\": \"\(folder.path)/log\"}}"
            )
            _ = try proxy.request("GET", "http://10.0.0.1/told")
            proxy.child.send(signal: SIGHUP)
            try eventually("a request and a reload: \(folder.text(of: "log"))") {
                folder.text(of: "log").contains("/told") && folder.text(of: "log").contains("loaded again")
            }
            let lines = folder.text(of: "log").split(separator: "\n")
            let found = lines.compactMap { $0.firstMatch(of: pattern).map { String($0.1) } }
            #expect(found.count == lines.count, "\(lines)")
            return found
        }
        let short = try times("pretty", #/^([0-9:]{8}) /#)
        #expect(short.count >= 3 && short == short.sorted(), "\(short)")
        let long = try times("json", #/^\{"time":"([0-9T:.\-]{23}Z)"/#)
        #expect(long.count >= 3, "\(long)")
    }
}
