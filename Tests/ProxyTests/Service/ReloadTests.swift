import Foundation
import TestSupport
import Testing

/// SIGHUP: another configuration without a dropped request.
@Suite struct ReloadTests {
    private static let listening = #""listen": {"port": 0}"#
    private static let loaded = "loaded again"

    private func proxy(_ more: String = "", launch: ProxyProcess.Launch = .init(arguments: [])) throws
        -> ProxyProcess
    {
        try ProxyProcess("{\(Self.listening)\(more)}", launch)
    }

    /// Writes another configuration, has it loaded, and waits until the log has a text once more.
    private func reload(_ proxy: ProxyProcess, _ more: String, until text: String = loaded) throws {
        let before = proxy.child.standardOutput.components(separatedBy: text).count
        try proxy.folder.write("{\(Self.listening)\(more)}", to: "config.json")
        proxy.child.send(signal: SIGHUP)
        try eventually("\"\(text)\" in \(proxy.child.standardOutput)") {
            proxy.child.standardOutput.components(separatedBy: text).count > before
        }
    }

    @Test func `a kept-alive connection is served by the new configuration`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try proxy()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url(), [origin(Policy.app)]))
        #expect(try client.readResponse().errorCode == "origin-denied")
        try reload(proxy, #", "cors": {"allowedOrigins": ["\#(Policy.app)"]}"#)
        try client.send(proxy.head("GET", upstream.url(), [origin(Policy.app)]))
        #expect(try client.readResponse().text == "reached")
    }

    @Test func `a request under way ends by the configuration that it began with`() throws {
        let latch = Latch()
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
            try latch.wait()
            try connection.send("half")
        }
        let proxy = try proxy()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        let head = try client.readHead()
        try reload(proxy, #", "prefix": {"enabled": false}, "limits": {"responseBody": 1}"#)
        latch.open()
        var body = client.body(of: head)
        #expect(try body.rest().count == 8)
        try client.send(proxy.head("GET", upstream.url()))
        #expect(try client.readResponse().status == 404)
    }

    @Test func `limits and time-outs of connections that are open count too`() throws {
        let proxy = try proxy()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", "iscorsneeded"))
        #expect(try client.readResponse().text == "no")
        try reload(proxy, #", "limits": {"idleTimeout": "100ms", "headerBytes": "256B"}"#)
        try client.readEnding(within: .seconds(5))
        let other = try proxy.connect()
        try other.send(
            proxy.head("GET", "iscorsneeded", ["X-Long: \(String(repeating: "x", count: 300))"])
        )
        #expect(try other.readResponse().status == 431)
    }

    @Test(arguments: [
        ("{", "Expected"), (#"{"listen": {"port": 0}, "shard": 1}"#, "Did you mean"),
        (#"{"listen": {"host": "192.0.2.1", "port": 0}, "acceptOpenRelay": true}"#, "Cannot listen"),
        (#"{"listen": {"port": 0}, "log": {"file": "/nonexistent/x.log"}}"#, "log.file"),
        (#"{"listen": [{"port": 0}, {"port": TAKEN}]}"#, "is in use"), ("", "no file"),
    ])
    func `a configuration that cannot be had leaves all of the old in force`(text: String, told: String)
        throws
    {
        let taken = try ActivationSocket()
        let proxy = try proxy(#", "prefix": {"enabled": false}"#)
        if text.isEmpty {
            try FileManager.default.removeItem(atPath: "\(proxy.folder.path)/config.json")
        } else {
            let text = text.replacingOccurrences(of: "TAKEN", with: "\(taken.port)")
            try proxy.folder.write(text, to: "config.json")
        }
        proxy.child.send(signal: SIGHUP)
        try eventually("the refusal is told in \(proxy.child.standardOutput)") {
            proxy.child.standardOutput.contains("in force")
        }
        if text != "{" { #expect(proxy.child.standardOutput.contains(told)) }
        #expect(try proxy.request("GET", "https://example.com/").status == 404)
        try reload(proxy, "")
        #expect(try proxy.request("GET", "http://192.0.2.1:0/").status == 400)
    }

    @Test func `listeners come and go, and those that stay keep their port`() throws {
        let proxy = try proxy()
        let path = "\(proxy.folder.path)/a.sock"
        let idle = try proxy.connect()
        try proxy.folder.write(
            #"{"listen": [{"port": 0}, {"unix": "a.sock", "mode": "0600"}]}"#,
            to: "config.json"
        )
        proxy.child.send(signal: SIGHUP)
        _ = try proxy.logLines(with: Self.loaded)
        let local = RawClient(socket: try .connect(toPath: path))
        try local.send(proxy.head("GET", "iscorsneeded"))
        #expect(try local.readResponse().text == "no")
        try reload(proxy, "")
        try eventually("the unix socket is gone") { !proxy.folder.holds("a.sock") }
        #expect(throws: SocketError.self) { try Socket.connect(toPath: path) }
        try idle.send(proxy.head("GET", "iscorsneeded"))
        #expect(try idle.readResponse().text == "no")
        #expect(try proxy.request("GET", "iscorsneeded").text == "no")
    }

    @Test func `a rate limit that stays the same forgives nobody`() throws {
        let rate = #", "limits": {"rate": {"requests": 2, "per": "1h"}}"#
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try proxy(rate)
        for _ in 0..<2 { #expect(try proxy.request("GET", upstream.url()).text == "reached") }
        try reload(proxy, rate + #", "basePath": "/""#)
        #expect(try proxy.request("GET", upstream.url()).status == 429)
        try reload(proxy, #", "limits": {"rate": {"requests": 3, "per": "1h"}}"#)
        #expect(try proxy.request("GET", upstream.url()).text == "reached")
    }

    @Test func `nor does the limit of a route, as long as its path stays`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        func routes(_ first: String) -> String {
            #", "routes": [\#(first){"path": "/r/", "target": "\#(upstream.url())", "#
                + #""rate": {"requests": 2, "per": "1h"}}]"#
        }
        let proxy = try proxy(routes(""))
        for _ in 0..<2 { #expect(try proxy.request("GET", "r/").text == "reached") }
        try reload(proxy, routes(#"{"path": "/other/", "target": "\#(upstream.url())"}, "#))
        #expect(try proxy.request("GET", "r/").status == 429)
        #expect(try proxy.request("GET", "other/").text == "reached")
    }

    @Test func `the number of connections and the mode of a unix socket change too`() throws {
        let unix = #"{"port": 0}, {"unix": "a.sock", "mode": "MODE"}"#
        let launch = ProxyProcess.Launch(arguments: [])
        let proxy = try ProxyProcess(
            #"{"listen": [\#(unix.replacingOccurrences(of: "MODE", with: "0600"))]}"#,
            launch
        )
        let first = try proxy.connect()
        try first.send(proxy.head("GET", "iscorsneeded"))
        #expect(try first.readResponse().text == "no")
        try proxy.folder.write(
            #"{"listen": [\#(unix.replacingOccurrences(of: "MODE", with: "0640"))], "#
                + #""limits": {"connections": 1}}"#,
            to: "config.json"
        )
        proxy.child.send(signal: SIGHUP)
        _ = try proxy.logLines(with: Self.loaded)
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(proxy.folder.path)/a.sock")
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(try proxy.request("GET", "iscorsneeded").status == 503)
        try first.send(proxy.head("GET", "iscorsneeded"))
        #expect(try first.readResponse().text == "no")
    }

    @Test func `pooled connections serve on where their settings stay, and never where they do not`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try proxy(#", "shards": 1"#)
        func request() throws { #expect(try proxy.request("GET", upstream.url()).text == "reached") }
        try request()
        try reload(proxy, #", "shards": 1, "cors": {"maxAge": 1}"#)
        try request()
        #expect(upstream.openedConnections == 1)
        try reload(proxy, #", "shards": 1, "upstream": {"verifyTLS": false}"#)
        try request()
        #expect(upstream.openedConnections == 2)
        try reload(proxy, #", "shards": 1"#)
        try request()
        #expect(upstream.openedConnections == 3)
    }

    @Test func `the guard counts for pooled connections too`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try proxy(#", "shards": 1"#)
        #expect(try proxy.request("GET", upstream.url()).text == "reached")
        try reload(proxy, #", "shards": 1, "guard": {"allowPrivateNetworks": false}"#)
        #expect(try proxy.request("GET", upstream.url()).errorCode == "private-address")
    }

    @Test func `secrets in files are read again, and shards wait for a restart`() throws {
        let upstream = try ScriptedUpstream { request in
            Answer.text(request.values(of: "Authorization").joined())
        }
        let proxy = try proxy()
        try proxy.folder.write("first", to: "key")
        let routes =
            #", "routes": [{"path": "/r/", "target": "\#(upstream.url())", "#
            + #""request": {"setHeaders": {"Authorization": "${file:key}"}}}]"#
        try reload(proxy, routes)
        #expect(try proxy.request("GET", "r/").text == "first")
        try proxy.folder.write("second", to: "key")
        try reload(proxy, routes + #", "shards": 7"#, until: "shards counts after a restart")
        #expect(try proxy.request("GET", "r/").text == "second")
        #expect(!proxy.child.standardOutput.contains("second"))
    }

    @Test func `ten reloads under load drop nothing`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.target) }
        let proxy = try proxy()
        let goesOn = Latch()
        let served = Counter()
        let workers = (0..<4).map { worker in
            Background {
                while !goesOn.isOpen {
                    let client = try proxy.connect()
                    for number in 0..<20 {
                        try client.send(proxy.head("GET", upstream.url("/\(worker)/\(number)")))
                        let response = try client.readResponse()
                        guard response.text == "/\(worker)/\(number)" else {
                            throw SocketError.ended("\(response)")
                        }
                        served.add()
                    }
                }
            }
        }
        for number in 0..<10 {
            let before = served.value
            try reload(
                proxy,
                #", "cors": {"maxAge": \#(number)}, "upstream": {"idleTimeout": \#(number + 5)}"#
            )
            try eventually("requests go on") { served.value > before }
        }
        goesOn.open()
        for worker in workers { try worker.value() }
    }

    @Test func `reloads that wait are one, and the end does not wait for them`() throws {
        let proxy = try proxy()
        for _ in 0..<200 {
            proxy.child.send(signal: SIGHUP)
            usleep(500)
        }
        let before = proxy.child.standardOutput.components(separatedBy: Self.loaded).count
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit() == .status(0))
        let after = proxy.child.standardOutput.components(separatedBy: Self.loaded).count
        #expect(after <= before + 2, "\(before) before the end was asked for, \(after) in all")
    }

    @Test func `a listener that goes is closed at once, and one at the end of the proxy too`() throws {
        let latch = Latch()
        defer { latch.open() }
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
            try latch.wait()
        }
        let extra = try freePort()
        let proxy = try ProxyProcess(
            #"{"listen": [{"port": 0}, {"port": \#(extra)}]}"#,
            ProxyProcess.Launch(arguments: [])
        )
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url("/held")))
        _ = try client.readHead()
        try reload(proxy, "")
        #expect(throws: SocketError.self) { try Socket.connect(to: extra) }
        proxy.child.send(signal: SIGTERM)
        try eventually("the listener is closed") {
            if case .failure = Result(catching: { try proxy.connect() }) { true } else { false }
        }
        #expect(proxy.child.poll() == nil, "the request is still under way")
    }

    @Test func `a file that cannot be read to its end does not keep the proxy from ending`() throws {
        let proxy = try proxy()
        let file = "\(proxy.folder.path)/config.json"
        try FileManager.default.removeItem(atPath: file)
        // Nobody ever writes to it.
        try #require(mkfifo(file, 0o600) == 0)
        proxy.child.send(signal: SIGHUP)
        proxy.child.send(signal: SIGHUP)
        #expect(try proxy.request("GET", "iscorsneeded").status == 200)
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit() == .status(0))
    }

    @Test func `without a file SIGHUP ends the proxy as SIGTERM does`() throws {
        let proxy = try ProxyProcess(nil)
        proxy.child.send(signal: SIGHUP)
        #expect(try proxy.child.exit() == .status(0))
    }

    @Test func `requests that drainTimeout cuts off are told of in the log`() throws {
        let latch = Latch()
        defer { latch.open() }
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
            try latch.wait()
        }
        let proxy = try proxy(#", "limits": {"drainTimeout": "100ms"}"#)
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url("/held")))
        _ = try client.readHead()
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit() == .status(1))
        #expect(try proxy.logLines(with: "/held").allSatisfy { $0.contains("stopped before") })
    }
}
