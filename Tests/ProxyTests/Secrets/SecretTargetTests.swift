import TestSupport
import Testing

/// A target whose own URL holds a secret is shown nowhere.
@Suite struct SecretTargetTests {
    private static let key = "s3cr3t-path-5a4b3c2d"

    /// A proxy with one route, whose target is `url` with the secret behind it.
    private static func proxy(_ url: String, mode: String, _ more: String = "") throws -> ProxyProcess {
        try Gateway.start(
            Gateway.config(
                [
                    Gateway.route(
                        "/hook/",
                        to: "\(url)hooks/${env:HOOK}/",
                        "\"redirects\": {\"mode\": \"\(mode)\"}, \"upstream\": {\"responseTimeout\": \"200ms\"}\(more)"
                    )
                ],
                #""log": {"format": "json", "level": "trace"}"#
            ),
            environment: ["HOOK": key]
        )
    }

    /// Looks for the secret, and for the target's host, in all that the client was sent and the program wrote.
    private static func expectHidden(_ proxy: ProxyProcess, _ host: String, _ responses: [RawResponse]) throws
    {
        let texts = responses.map { "\($0.head)\($0.text)" }
        for text in texts + [proxy.child.standardOutput, proxy.child.standardError] {
            #expect(!text.contains(key), "\(text)")
            #expect(!text.contains(host), "\(text)")
        }
    }

    @Test(arguments: ["rewrite", "follow", "pass"])
    func `neither responses, redirects nor logs show it`(mode: String) throws {
        let upstream = try ScriptedUpstream { request in
            guard let path = request.target.firstRange(of: "/hooks/\(Self.key)/") else {
                return Answer.text("outside")
            }
            let base = "http://\(request.value(of: "Host") ?? "")"
            return switch request.target[path.upperBound...] {
            case "relative": Answer.redirect(302, to: "done")
            case "absolute": Answer.redirect(302, to: "\(base)/hooks/\(Self.key)/done")
            case "outside": Answer.redirect(302, to: "\(base)/login?from=/hooks/\(Self.key)/")
            case "encoded": Answer.redirect(302, to: "\(base)/login?from=%2Fhooks%2F\(Self.key)")
            default:
                Answer.text(
                    "done",
                    ["Content-Location: \(request.target)", "Link: <\(base)\(request.target)>; rel=self"]
                )
            }
        }
        // Not under the proxy's own name, which stands in each Location.
        let authority = "localhost:\(upstream.port)"
        let proxy = try Self.proxy("http://\(authority)/", mode: mode)
        let responses = try ["done", "relative", "absolute", "outside", "encoded", "..", "x/%2e%2e/y"].map {
            try proxy.request("GET", "hook/\($0)", [origin(Policy.local)])
        }
        #expect(responses[0].text == "done")
        #expect(
            responses[0].value(of: "X-Final-URL") == nil && responses[0].value(of: "X-Request-URL") == nil
        )
        if mode == "rewrite" {
            #expect(proxy.location(responses[1])?.hasSuffix("/hook/done") == true)
            #expect(proxy.location(responses[2])?.hasSuffix("/hook/done") == true)
        }
        if mode == "follow" { #expect(responses[1].text == "done" && responses[2].text == "done") }
        try eventually("the log has all of them") {
            proxy.child.standardOutput.split(separator: "\n").count { $0.contains("\"status\"") } >= 7
        }
        try Self.expectHidden(proxy, authority, responses)
    }

    @Test(arguments: ["refused", "garbage", "cut", "silent"])
    func `no error shows it`(fault: String) throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            switch fault {
            case "garbage": try connection.send("garbage\r\n\r\n")
            case "cut": try connection.send("HTTP/1.1 200 OK\r\nContent-")
            default: try connection.awaitClose()
            }
        }
        let url = fault == "refused" ? "http://127.0.0.1:1/" : upstream.url()
        let proxy = try Self.proxy(url, mode: "rewrite")
        let response = try proxy.request("GET", "hook/x", [origin(Policy.local)])
        #expect(response.errorCode?.hasPrefix("upstream-") == true, "\(response)")
        _ = try proxy.logLines(with: "upstream-")
        try Self.expectHidden(proxy, fault == "refused" ? "127.0.0.1:1\"" : upstream.authority, [response])
    }
}
