import TestSupport
import Testing

/// Upstream connections that are used again: never poisoned, never replayed on.
@Suite struct UpstreamReuseTests {
    @Test func `C7 nothing that stands behind a response reaches the next client`() throws {
        let stray = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON"
        let upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                try connection.send(Answer.text(request.target) + (connection.index == 0 ? stray : ""))
            }
        }
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        for path in ["/a", "/b", "/c"] {
            #expect(try proxy.request("GET", upstream.url(path)).text == path)
        }
        for path in ["/d", "/e"] {
            #expect(try proxy.request("POST", upstream.url(path), body: "x").text == path)
        }
        #expect(upstream.requests.map(\.target) == ["/a", "/b", "/c", "/d", "/e"])
    }

    @Test func `bytes that come while a connection is idle poison it for good`() throws {
        let isIdle = Latch()
        let isPoisoned = Latch()
        let upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                try connection.send(Answer.text(request.target))
                guard connection.index == 0 else { continue }
                try isIdle.wait()
                try connection.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 6\r\n\r\nPOISON")
                isPoisoned.open()
            }
        }
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        #expect(try proxy.request("GET", upstream.url("/a")).text == "/a")
        isIdle.open()
        try isPoisoned.wait()
        #expect(try proxy.request("POST", upstream.url("/b"), body: "x").text == "/b")
        #expect(upstream.openedConnections == 2)
    }

    @Test(arguments: ["GET", "POST"])
    func `a pooled connection that the upstream has closed is not used`(method: String) throws {
        let isIdle = Latch()
        let upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                try connection.send(Answer.text(request.target))
                guard connection.index == 0 else { continue }
                try isIdle.wait()
                return
            }
        }
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        #expect(try proxy.request("GET", upstream.url("/a")).text == "/a")
        isIdle.open()
        try eventually("the first connection is closed") { upstream.closedConnections == 1 }
        #expect(try proxy.request(method, upstream.url("/b"), body: "x").text == "/b")
        #expect(upstream.requests.map(\.target) == ["/a", "/b"])
    }

    /// An upstream that answers the first request of its first connection and closes every later one unanswered.
    private func dyingUpstream(answersFrom healthy: Int) throws -> ScriptedUpstream {
        try ScriptedUpstream { connection in
            guard let first = try connection.readRequest() else { return }
            if connection.index == 0 || connection.index >= healthy {
                try connection.send(Answer.text(first.target))
                _ = try connection.readRequest()
            }
        }
    }

    @Test(arguments: ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
    func `an idempotent request is sent once more when its pooled connection dies`(method: String) throws {
        let upstream = try dyingUpstream(answersFrom: 1)
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        #expect(try proxy.request("GET", upstream.url("/a")).text == "/a")
        let response = try proxy.request(method, upstream.url("/b"))
        #expect(response.status == 200)
        #expect(upstream.requests.map(\.connection) == [0, 0, 1])
    }

    @Test func `an idempotent request is not sent a third time`() throws {
        let upstream = try dyingUpstream(answersFrom: 9)
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        #expect(try proxy.request("GET", upstream.url("/a")).text == "/a")
        let response = try proxy.request("GET", upstream.url("/b"))
        #expect(response.status == 502)
        #expect(response.errorCode == "upstream-closed")
        #expect(upstream.requests.map(\.connection) == [0, 0, 1])
    }

    @Test(arguments: [("POST", "x"), ("POST", ""), ("PATCH", "x")])
    func `a request that is not idempotent is never replayed`(method: String, body: String) throws {
        let upstream = try dyingUpstream(answersFrom: 1)
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        #expect(try proxy.request("GET", upstream.url("/a")).text == "/a")
        let response = try proxy.request(method, upstream.url("/b"), [origin(Policy.local)], body: body)
        #expect(response.status == 502)
        #expect(response.errorCode == "upstream-closed")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(upstream.requests.map(\.target) == ["/a", "/b"])
    }
}
