import TestSupport
import Testing

@Suite struct ForwardingTests {
    @Test func `a file of 10 MB arrives byte for byte`() throws {
        let bytes = pseudoRandomBytes(10 << 20)
        let nginx = try NginxProcess(files: ["large.bin": bytes])
        let proxy = try ProxyProcess()
        let response = try proxy.request("GET", nginx.url("/large.bin"), [origin(Policy.local)])
        #expect(response.status == 200)
        #expect(response.isComplete)
        #expect(response.value(of: "Content-Length") == "\(bytes.count)")
        #expect(try sha256(response.body) == sha256(bytes))
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(response.elements(of: "Vary").contains("origin"))
    }

    @Test func `HEAD has the length of the file and no body`() throws {
        let nginx = try NginxProcess(files: ["a.txt": Array("hello".utf8)])
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        for _ in 1...2 {
            try client.send(proxy.head("HEAD", nginx.url("/a.txt")))
            let response = try client.readResponse(to: "HEAD")
            #expect(response.status == 200)
            #expect(response.value(of: "Content-Length") == "5")
        }
        try client.send(proxy.head("GET", nginx.url("/a.txt")))
        #expect(try client.readResponse().text == "hello")
    }

    @Test func `a range comes back as 206 with its bytes`() throws {
        let nginx = try NginxProcess(files: ["a.txt": Array("0123456789".utf8)])
        let proxy = try ProxyProcess()
        let response = try proxy.request("GET", nginx.url("/a.txt"), ["Range: bytes=2-5"])
        #expect(response.status == 206)
        #expect(response.value(of: "Content-Range") == "bytes 2-5/10")
        #expect(response.text == "2345")
    }

    @Test func `an entity tag that matches brings 304 with CORS headers`() throws {
        let nginx = try NginxProcess(files: ["a.txt": Array("hello".utf8)])
        let proxy = try ProxyProcess()
        let first = try proxy.request("GET", nginx.url("/a.txt"))
        let tag = try #require(first.value(of: "ETag"))
        let client = try proxy.connect()
        let fields = ["If-None-Match: \(tag)", origin(Policy.local)]
        try client.send(proxy.head("GET", nginx.url("/a.txt"), fields))
        let response = try client.readResponse()
        #expect(response.status == 304)
        #expect(response.value(of: "ETag") == tag)
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        try client.send(proxy.head("GET", nginx.url("/a.txt")))
        #expect(try client.readResponse().text == "hello", "nothing of the 304 is left on the connection")
    }

    @Test func `a compressed body passes untouched`() throws {
        let text = Array(String(repeating: "compress me ", count: 1_000).utf8)
        let nginx = try NginxProcess(
            files: ["a.txt": text],
            server: "gzip on; gzip_proxied any; gzip_min_length 1; gzip_types text/plain;"
        )
        let proxy = try ProxyProcess()
        let direct = try nginx.request("GET", "/a.txt", ["Accept-Encoding: gzip"])
        let response = try proxy.request("GET", nginx.url("/a.txt"), ["Accept-Encoding: gzip"])
        #expect(response.value(of: "Content-Encoding") == "gzip")
        #expect(response.body == direct.body)
        #expect(response.body.prefix(2) == [0x1F, 0x8B])
        #expect(try proxy.request("GET", nginx.url("/a.txt")).body == text, "no coding is asked for unasked")
    }

    @Test(arguments: [404, 500, 403, 204])
    func `a status of the upstream passes with CORS headers`(status: Int) throws {
        let nginx = try NginxProcess(server: "location / { return \(status); }")
        let proxy = try ProxyProcess()
        let response = try proxy.request("GET", nginx.url("/x"), [origin(Policy.local)])
        #expect(response.status == status)
        #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local])
        #expect(response.elements(of: "Vary").contains("origin"))
        #expect(response.errorCode == nil)
    }

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
    func `method, path, query and body arrive as they were sent`(method: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess()
        let target = upstream.url("/a/b/%2F;x=1//c?q=%20&r=[1]")
        let body = method == "GET" ? nil : "{\"a\": 1}"
        #expect(
            try proxy.request(method, target, ["Content-Type: application/json"], body: body).text == "ok"
        )
        let request = try #require(upstream.requests.first)
        #expect(request.method == method)
        #expect(request.target == "/a/b/%2F;x=1//c?q=%20&r=[1]")
        #expect(request.text == body ?? "")
        #expect(request.values(of: "Host") == [upstream.authority])
        #expect(request.value(of: "Content-Type") == "application/json")
    }

    @Test func `an empty POST keeps its Content-Length`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess()
        #expect(try proxy.request("POST", upstream.url(), body: "").text == "ok")
        #expect(upstream.requests.first?.value(of: "Content-Length") == "0")
    }

    @Test func `fields that a client library would add are not added`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess()
        _ = try proxy.request("GET", upstream.url())
        let request = try #require(upstream.requests.first)
        for name in ["Accept", "User-Agent", "Accept-Encoding", "Expect", "Cookie"] {
            #expect(request.value(of: name) == nil, "\(name)")
        }
    }

    @Test func `hop-by-hop fields are taken off both ways, those named by Connection too`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text(
                "ok",
                ["Connection: X-Hop, keep-alive", "X-Hop: 1", "Keep-Alive: timeout=5", "X-End: 1"]
            )
        }
        let proxy = try ProxyProcess()
        let response = try proxy.request(
            "GET",
            upstream.url(),
            [
                "Connection: X-Mine, Host, Content-Length", "X-Mine: 1", "X-Kept: 1", "TE: trailers",
                "Proxy-Connection: keep-alive", "Proxy-Authorization: Basic eA==", "Keep-Alive: timeout=5",
                "HTTP2-Settings: AAMAAABkAAQAAP__",
            ]
        )
        let request = try #require(upstream.requests.first)
        for name in [
            "X-Mine", "TE", "Proxy-Connection", "Proxy-Authorization", "Keep-Alive", "HTTP2-Settings",
        ] {
            #expect(request.value(of: name) == nil, "\(name)")
        }
        #expect(request.value(of: "X-Kept") == "1")
        #expect(request.values(of: "Host") == [upstream.authority])
        #expect(response.value(of: "X-Hop") == nil)
        #expect(response.value(of: "Keep-Alive") == nil)
        #expect(response.value(of: "X-End") == "1")
    }

    @Test func `X-Forwarded-* name the client, and claims of an untrusted peer are replaced`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(#"{"guard": {"allowPrivateNetworks": ["127.0.0.0/8"]}}"#)
        _ = try proxy.request("GET", upstream.url(), ["X-Forwarded-For: 203.0.113.9", "X-Forwarded-Host: x"])
        let request = try #require(upstream.requests.first)
        #expect(request.values(of: "X-Forwarded-For") == ["127.0.0.1"])
        #expect(request.values(of: "X-Forwarded-Proto") == ["http"])
        #expect(request.value(of: "X-Forwarded-Host")?.hasPrefix("127.0.0.1") == true)
        #expect(request.value(of: "Via") != nil)
    }

    @Test func `upstream.forwardedHeaders false sends none of them`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(#"{"upstream": {"forwardedHeaders": false}}"#)
        _ = try proxy.request("GET", upstream.url())
        let request = try #require(upstream.requests.first)
        #expect(request.names.filter { $0.hasPrefix("x-forwarded") }.isEmpty)
    }

    @Test func `upstream connections are used again`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.target) }
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        let client = try proxy.connect()
        for number in 1...10 {
            try client.send(proxy.head("GET", upstream.url("/\(number)")))
            #expect(try client.readResponse().text == "/\(number)")
        }
        #expect(upstream.openedConnections == 1)
    }

    @Test func `a pooled connection is closed after poolIdleTimeout`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(#"{"upstream": {"poolIdleTimeout": "300ms"}}"#)
        #expect(try proxy.request("GET", upstream.url()).text == "ok")
        try eventually("the pooled connection is closed", within: .seconds(10)) {
            upstream.closedConnections == 1
        }
    }

    @Test func `maxConnectionsPerHost bounds the connections to one host`() throws {
        let latch = Latch()
        let upstream = try ScriptedUpstream { request in
            try latch.wait()
            return Answer.text(request.target)
        }
        let proxy = try ProxyProcess(#"{"shards": 1, "upstream": {"maxConnectionsPerHost": 2}}"#)
        let clients = try (1...6).map { number in
            let client = try proxy.connect()
            try client.send(proxy.head("GET", upstream.url("/\(number)")))
            return client
        }
        try eventually("two requests are in flight") { upstream.requests.count == 2 }
        let opened = try settled("the connections") { upstream.openedConnections }
        #expect(opened == 2)
        latch.open()
        for (index, client) in clients.enumerated() {
            #expect(try client.readResponse().text == "/\(index + 1)")
        }
    }

    @Test func `upstream.hosts connects elsewhere and keeps the Host`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(
            "{\"upstream\": {\"hosts\": {\"api.example.com\": \"\(upstream.authority)\"}}}"
        )
        #expect(try proxy.request("GET", "http://api.example.com/x").text == "ok")
        #expect(upstream.requests.first?.values(of: "Host") == ["api.example.com"])
    }

    @Test func `upstream.proxy sends the request through another proxy`() throws {
        let outer = try ScriptedUpstream { request in Answer.text("by way of \(request.target)") }
        let proxy = try ProxyProcess("{\"upstream\": {\"proxy\": \"\(outer.url(""))\"}}")
        let response = try proxy.request("GET", "http://example.com/x?y")
        #expect(response.status == 200)
        let first = try #require(outer.requests.first)
        // A plain target goes in absolute form, or through a tunnel that the proxy asks for first.
        #expect(["http://example.com/x?y", "example.com:80"].contains(first.target))
    }

    @Test func `a WebSocket handshake has the other proxy pass a tunnel through`() throws {
        let outer = try ScriptedUpstream { request in Answer.text("by way of \(request.target)") }
        let proxy = try ProxyProcess("{\"upstream\": {\"proxy\": \"\(outer.url(""))\"}}")
        let handshake = [
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        _ = try proxy.request("GET", "ws://example.com/x", handshake)
        let first = try #require(outer.requests.first)
        #expect(first.method == "CONNECT" && first.target == "example.com:80")
    }
}

extension ForwardingTests {
    @Test func `the environment's http_proxy is used by default and can be turned off`() throws {
        let outer = try ScriptedUpstream { _ in Answer.text("outer") }
        let inner = try ScriptedUpstream { _ in Answer.text("inner") }
        var launch = ProxyProcess.Launch()
        launch.environment["http_proxy"] = outer.url("")
        let hosts = "\"hosts\": {\"api.example.com\": \"\(inner.authority)\"}"
        let with = try ProxyProcess("{}", launch)
        #expect(try with.request("GET", "http://example.com/").status == 200)
        #expect(outer.openedConnections > 0)
        let opened = outer.openedConnections
        let without = try ProxyProcess("{\"upstream\": {\"proxy\": \"none\", \(hosts)}}", launch)
        #expect(try without.request("GET", "http://api.example.com/").text == "inner")
        #expect(outer.openedConnections == opened)
    }

    @Test func `an environment proxy that listens on loopback is no way to private targets`() throws {
        let outer = try ScriptedUpstream { _ in Answer.text("outer") }
        var launch = ProxyProcess.Launch()
        launch.environment["http_proxy"] = outer.url("")
        let proxy = try ProxyProcess(#"{"guard": {"allowPrivateNetworks": false}}"#, launch)
        for target in [
            "http://10.0.0.1/", "http://printer.local/", "http://metadata.internal/", "http://a.localhost/",
        ] {
            let response = try proxy.request("GET", target)
            #expect(response.status == 403, "\(target)")
            #expect(response.errorCode == "private-address", "\(target)")
        }
        #expect(outer.openedConnections == 0)
    }
}
