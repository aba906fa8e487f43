import Foundation
import Synchronization
import TestSupport
import Testing

/// Whatever `explain` advises, applied, makes the case pass.
@Suite struct AdviceTests {
    private static let stage = Result { try ExplainStage() }

    /// What a page asks.
    private struct Asked {
        var url: String
        var page: String
        var method = "GET"
        var headers: [String] = []
        var credentials = false
        var redirect = "follow"

        var arguments: [String] {
            [url, "--from", page, "-X", method, "--redirect", redirect]
                + headers.flatMap { ["-H", $0] } + (credentials ? ["--credentials"] : [])
        }

        mutating func apply(_ advice: ExplainOutput.View.Advice, port: Int?) {
            if let page = advice.page { self.page = page }
            if let method = advice.method { self.method = method }
            if let ask = advice.ask { url = ask }
            // The port of the proxy comes first, the target's behind it.
            guard let port, let first = url.range(of: ":8080/") else { return }
            url = url.replacingCharacters(in: first, with: ":\(port)/")
        }
    }

    /// Proxies by their configurations: most advice is the same.
    private final class Proxies: Sendable {
        private let known = Mutex<[String: ProxyProcess]>([:])

        func proxy(_ configuration: String) throws -> ProxyProcess {
            try known.withLock { known in
                if let proxy = known[configuration] { return proxy }
                let proxy = try ProxyProcess(configuration)
                known[configuration] = proxy
                return proxy
            }
        }
    }

    /// Lays the changes of an advice over a configuration, for a free port.
    private static func configuration(
        _ file: String,
        with changes: [ExplainOutput.View.Advice.Change],
        authority: String = ""
    ) throws -> String {
        var tree = try JSONSerialization.jsonObject(with: Data(file.utf8))
        for change in changes + [.init(path: "listen.port", json: "0")] {
            let json = change.json.replacingOccurrences(of: "AUTHORITY.pem", with: authority)
            let value = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
            tree = set(value, at: change.path.split { ".[]".contains($0) }.map(String.init)[...], in: tree)
        }
        let data = try JSONSerialization.data(withJSONObject: tree, options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self)
    }

    private static func set(_ value: Any, at keys: ArraySlice<String>, in tree: Any?) -> Any {
        guard let key = keys.first else { return value }
        if let index = Int(key), var list = tree as? [Any] {
            list[index] = set(value, at: keys.dropFirst(), in: list[index])
            return list
        }
        var object = tree as? [String: Any] ?? [:]
        object[key] = set(value, at: keys.dropFirst(), in: object[key])
        return object
    }

    /// What is advised, applied to a running proxy or to the script; the name of what blocks then, or `allowed`.
    private static func outcome(
        of advice: ExplainOutput.View.Advice,
        for asked: Asked,
        over file: String = "{}",
        authority: String = "",
        _ proxies: Proxies
    ) throws -> String {
        var asked = asked
        let isProxied = advice.ask != nil || file != "{}"
        let proxy =
            isProxied
            ? try proxies.proxy(try configuration(file, with: advice.changes, authority: authority)) : nil
        asked.apply(advice, port: proxy?.port)
        let (exit, output) = try ExplainOutput.run(asked.arguments + ["--direct"])
        guard exit == .status(output.allowed ? 0 : 1) else { return "\(exit)" }
        return output.allowed ? "allowed" : output.verdict + (output.views.first?.proxyError ?? "")
    }

    // MARK: Servers that are asked directly

    /// Of each combination that is blocked: whatever the page, and whoever is at fault.
    @Test(arguments: ["", "http://app.example", "https://app.example"])
    func `what is advised of a server makes the request pass`(page: String) throws {
        let stage = try Self.stage.get()
        let proxies = Proxies()
        var advised = 0
        for (number, combination) in Combination.all.enumerated() where combination.verdict != "allowed" {
            // Of foreign pages a few are enough: each needs a proxy of its own.
            guard page.isEmpty || number % 5 == 0 || combination.method == "patch" else { continue }
            let asked = Asked(
                url: stage.url(number),
                page: combination.isOpaquePage ? "null" : page.isEmpty ? stage.pageOrigin : page,
                method: combination.method,
                headers: combination.headers,
                credentials: combination.credentials,
                redirect: combination.redirect
            )
            let (_, output) = try ExplainOutput.run(asked.arguments)
            let view = try #require(output.views.first)
            guard let advice = view.advice else {
                let isHopeless = view.mend != nil || view.failure?.chromium.error.hasPrefix("net::") == true
                #expect(isHopeless || combination.verdict == "TypeError", "\(combination.name)")
                continue
            }
            advised += 1
            let outcome = try Self.outcome(of: advice, for: asked, proxies)
            #expect(outcome == "allowed", "\(combination.name) from \(asked.page): \(advice)")
        }
        #expect(advised > (page.isEmpty ? 30 : 5))
    }

    // MARK: A configuration

    private static let strict = """
        {"cors": {"allowedOrigins": ["https://b.example"], "allowedMethods": ["DELETE", "PATCH"],
                  "allowedHeaders": ["x-a"], "deniedOrigins": ["https://*.denied.example", "https://denied.example"]},
         "guard": {"allowPrivateNetworks": true},
         "routes": [
           {"path": "/own/", "target": "{upstream}", "cors": {"allowedOrigins": ["https://c.example"]}},
           {"path": "/shared/", "target": "{upstream}"},
           {"path": "/pass/", "target": "{upstream}", "redirects": {"mode": "pass"}}]}
        """

    private static let asked: [Asked] = ["{upstream}", "/own/x", "/shared/x", "/pass/away"].flatMap { url in
        [
            Asked(url: url, page: "https://b.example"), Asked(url: url, page: "https://c.example"),
            Asked(url: url, page: "http://localhost:5173"), Asked(url: url, page: "null"),
            Asked(url: url, page: "https://a.denied.example"),
            Asked(url: url, page: "https://denied.example"),
            Asked(url: url, page: "https://b.example", method: "PUT"),
            Asked(url: url, page: "https://c.example", method: "patch"),
            Asked(url: url, page: "https://b.example", method: "patch", headers: ["X-B: 1"]),
            Asked(url: url, page: "https://c.example", headers: ["Authorization: Bearer t", "X-B: 1"]),
            Asked(url: url, page: "https://c.example", method: "PUT", headers: ["X-B: 1"], credentials: true),
            Asked(url: url, page: "http://localhost:5173", credentials: true),
            Asked(url: url, page: "null", credentials: true),
            Asked(url: url, page: "null", method: "PUT"),
            Asked(url: url, page: "chrome-extension://abcdefghijklmnopabcdefghijklmnop"),
        ]
    }

    @Test func `what is advised of a configuration makes the request pass`() throws {
        let upstream = try ScriptedUpstream { request in
            request.target == "/away" ? Answer.redirect(302, to: "/end") : Answer.text("ok")
        }
        let folder = try TemporaryFolder()
        let strict = Self.strict.replacingOccurrences(of: "{upstream}", with: upstream.url())
        let file = try folder.write(strict, to: "corsway.json")
        let proxies = Proxies()
        var advised = 0
        for asked in Self.asked {
            var asked = asked
            asked.url = asked.url.replacingOccurrences(of: "{upstream}", with: upstream.url())
            let (_, output) = try ExplainOutput.run(asked.arguments + ["--via", file])
            let view = try #require(output.views.first)
            guard !output.allowed else { continue }
            guard let advice = view.advice else {
                #expect(view.mend != nil, "\(asked): \(view.failure?.remark ?? "")")
                continue
            }
            advised += 1
            asked.url = advice.ask ?? view.url
            let outcome = try Self.outcome(of: advice, for: asked, over: strict, proxies)
            // Where a redirect leads that is passed on is not known before it is tried.
            let isKnown = advice.isTried || !asked.url.contains("/pass/")
            #expect(isKnown ? outcome == "allowed" : outcome.hasPrefix("allowed"), "\(asked): \(advice)")
        }
        #expect(advised > 30)
    }

    // MARK: One by one

    private func explain(_ asked: Asked, _ more: String...) throws -> ExplainOutput.View {
        let (_, output) = try ExplainOutput.run(asked.arguments + more)
        return try #require(output.views.first)
    }

    @Test func `a script that writes patch is told to write PATCH`() throws {
        let upstream = try ScriptedUpstream { request in
            Answer.text(
                "ok",
                ["Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: PATCH, POST"]
            )
        }
        let asked = Asked(url: upstream.url(), page: "https://app.example", method: "patch")
        let view = try explain(asked)
        #expect(view.failure?.needed == ["PATCH in the script"])
        #expect(view.advice?.method == "PATCH")
        #expect(view.advice?.changes.isEmpty == true)
        #expect(view.advice?.ask == nil)
        #expect(upstream.requests.map(\.method) == ["OPTIONS"], "PATCH is not sent to find that out")
        let folder = try TemporaryFolder()
        let file = try folder.write(
            #"{"cors": {"allowedOrigins": ["https://app.example"], "allowedMethods": ["PATCH"]}}"#,
            to: "corsway.json"
        )
        let proxied = try explain(asked, "--via", file)
        #expect(proxied.advice?.method == "PATCH")
        #expect(proxied.advice?.changes.isEmpty == true)
    }

    @Test func `an opaque page that wants credentials is told to have an origin`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let asked = Asked(url: upstream.url(), page: "null", credentials: true)
        let view = try explain(asked)
        #expect(view.advice?.page == "http://localhost:8000")
        #expect(view.advice?.isTried == true)
        #expect(view.mend?.contains("Serve the page over http") == true)
        #expect(view.advice?.changes.map(\.path).contains("cors.allowNullOrigin") == false)
        let outcome = try Self.outcome(of: try #require(view.advice), for: asked, Proxies())
        #expect(outcome == "allowed")
    }

    @Test func `where a certificate is not trusted the proxy has to be given its authority`() throws {
        let authority = try CertificateAuthority()
        let server = try NginxProcess(certificate: authority.issue())
        for page in ["https://app.example", "http://localhost:5173"] {
            let asked = Asked(url: server.url("/"), page: page)
            let view = try explain(asked)
            let advice = try #require(view.advice)
            #expect(advice.changes.last?.path == "upstream.caFile")
            #expect(view.mend?.contains("AUTHORITY.pem") == true)
            let outcome = try Self.outcome(
                of: advice,
                for: asked,
                authority: authority.certificate,
                Proxies()
            )
            #expect(outcome == "allowed", "\(page)")
        }
        let view = try explain(Asked(url: server.url("/"), page: "https://app.example", method: "PUT"))
        #expect(view.advice?.changes.map(\.path) == ["cors.allowedOrigins", "upstream.caFile"])
    }

    @Test func `the refusal of a corsway that runs comes with its hint, and with no other corsway`() throws {
        let proxy = try ProxyProcess(
            #"{"listen": {"port": 0}, "cors": {"allowedOrigins": ["https://a.example"]}}"#
        )
        let asked = Asked(
            url: "http://127.0.0.1:\(proxy.port)/http://127.0.0.1:2/",
            page: "https://b.example"
        )
        let (exit, output) = try ExplainOutput.run(asked.arguments)
        #expect(exit == .status(1))
        #expect(output.views.map(\.asked) == ["direct"])
        let view = try #require(output.views.first)
        #expect(view.failure?.remark?.contains("cors.allowedOrigins") == true)
        #expect(view.advice == nil)
        let (other, allowed) = try ExplainOutput.run(
            Asked(url: asked.url, page: "https://a.example").arguments
        )
        #expect(other == .status(1), "what the page reads is an error of corsway's own")
        #expect(allowed.views.first?.proxyError == "upstream-connect")
        #expect(allowed.views.first?.remark?.contains("does not accept connections") == true)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "app.localhost"])
    func `with credentials the proxy is named as the page is`(host: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let asked = Asked(url: upstream.url(), page: "http://\(host):5173", credentials: true)
        let view = try explain(asked)
        #expect(view.advice?.ask == "http://\(host):8080/\(upstream.url())")
        #expect(try Self.outcome(of: try #require(view.advice), for: asked, Proxies()) == "allowed")
    }

    @Test func `credentials by another name of this machine are told the page's`() throws {
        let upstream = try ScriptedUpstream { _ in
            let grants = [
                "Access-Control-Allow-Origin: http://localhost:5173",
                "Access-Control-Allow-Credentials: true",
            ]
            return Answer.text("ok", grants)
        }
        var asked = Asked(url: upstream.url("/x"), page: "http://localhost:5173", credentials: true)
        let step = try explain(asked, "--direct").steps.first { $0.step == "cookies" }
        let url = "http://localhost:\(upstream.port)/x"
        #expect(step?.details == ["by \(url), the host of the page, they go along"])
        asked.url = url
        let mended = try explain(asked, "--direct").steps.first { $0.step == "cookies" }
        #expect(mended?.outcome == "passed")
    }

    @Test func `what was sent and may have changed something is not tried again`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let asked = Asked(url: upstream.url(), page: "https://app.example", method: "POST")
        let view = try explain(asked)
        #expect(view.advice?.isTried == false)
        #expect(view.mend?.contains("not tried") == true)
        #expect(upstream.requests.count == 1)
        #expect(try Self.outcome(of: try #require(view.advice), for: asked, Proxies()) == "allowed")
    }

    @Test func `a target that no proxy reaches is no reason to change a configuration`() throws {
        let upstream = try ScriptedUpstream { request in
            request.method == "OPTIONS"
                ? Answer.text("ok") : "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
        }
        let asked = Asked(url: upstream.url(), page: "https://app.example", headers: ["X-A: 1"])
        let view = try explain(asked)
        #expect(view.advice == nil)
        #expect(view.mend?.contains("upstream-invalid-response") == true)
    }

    @Test(arguments: ["DELETE", "patch"])
    func `what the browser does not send is not sent to find an advice`(method: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let folder = try TemporaryFolder()
        let file = try folder.write(
            #"{"cors": {"allowedOrigins": ["https://a.example"], "allowedMethods": ["GET"]}}"#,
            to: "corsway.json"
        )
        let view = try explain(
            Asked(url: upstream.url(), page: "https://b.example", method: method),
            "--via",
            file
        )
        #expect(view.advice?.isTried == false)
        #expect(view.advice?.changes.map(\.path) == ["cors.allowedOrigins", "cors.allowedMethods"])
        #expect(upstream.requests.isEmpty)
    }
}
