import TestSupport
import Testing

/// The harness against itself and against nginx: what the other tests build upon.
@Suite struct HarnessTests {
    @Test func `a client reads what a scripted upstream answers`() throws {
        let upstream = try ScriptedUpstream { request in
            Answer.text(request.target + request.text, ["X-A: 1"])
        }
        let client = try RawClient(port: upstream.port)
        for path in ["/a", "/b"] {
            try client.send("POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz")
            let response = try client.readResponse(to: "POST")
            #expect(response.status == 200)
            #expect(response.value(of: "x-a") == "1")
            #expect(response.text == path + "xyz")
            #expect(response.isComplete)
        }
        #expect(upstream.requests.map(\.target) == ["/a", "/b"])
        #expect(upstream.openedConnections == 1)
        client.socket.close()
        try eventually("the upstream sees the end") { upstream.closedConnections == 1 }
    }

    @Test func `a chunked body is read to its last chunk, and a cut one is not complete`() throws {
        let upstream = try ScriptedUpstream { connection in
            let head = try #require(try connection.readHead())
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            if head.target == "/whole" { try connection.send("0\r\nX-T: 1\r\n\r\n") }
        }
        let whole = try RawClient(port: upstream.port)
        try whole.send("GET /whole HTTP/1.1\r\n\r\n")
        let response = try whole.readResponse()
        #expect(response.text == "abc")
        #expect(response.isComplete)
        #expect(response.trailers == "X-T: 1\r\n")
        let cut = try RawClient(port: upstream.port)
        try cut.send("GET /cut HTTP/1.1\r\n\r\n")
        #expect(try cut.readResponse().isComplete == false)
    }

    @Test func `a reset is told from an end`() throws {
        let upstream = try ScriptedUpstream { connection in
            let head = try #require(try connection.readHead())
            if head.target == "/reset" { connection.reset() }
        }
        for (path, ending) in [("/reset", Socket.Arrival.reset), ("/end", .closed)] {
            let client = try RawClient(port: upstream.port)
            try client.send("GET \(path) HTTP/1.1\r\n\r\n")
            #expect(try client.readEnding() == ending)
        }
    }

    @Test func `nginx serves a file over TLS with a certificate of the private authority`() throws {
        let authority = try CertificateAuthority()
        let nginx = try NginxProcess(files: ["a.txt": Array("hello".utf8)], certificate: authority.issue())
        #expect(try run("curl", ["-sS", "--cacert", authority.certificate, nginx.url("/a.txt")]) == "hello")
        let expired = try NginxProcess(certificate: authority.issue(days: -1))
        #expect(throws: (any Error).self) {
            try run("curl", ["-sS", "--cacert", authority.certificate, expired.url("/")])
        }
    }

    @Test func `nginx answers a client of the harness`() throws {
        let nginx = try NginxProcess(files: ["a.txt": Array("hello".utf8)])
        #expect(try nginx.request("GET", "/a.txt").text == "hello")
        #expect(try nginx.request("HEAD", "/a.txt").value(of: "Content-Length") == "5")
        #expect(try nginx.request("GET", "/none").status == 404)
    }

    @Test func `a full backlog takes no further handshake`() throws {
        let full = try FullBacklog()
        let more = Background { try (0..<3).map { _ in try Socket.connect(to: full.port) }.count }
        #expect(throws: TimedOut.self) { try more.value(within: .milliseconds(500)) }
    }

    @Test func `a child process ends with its status or signal`() throws {
        #expect(try ChildProcess("/bin/sh", ["-c", "exit 3"]).exit() == .status(3))
        let sleeper = try ChildProcess("/bin/sleep", ["60"])
        #expect(sleeper.residentBytes > 0)
        #expect(sleeper.descriptorCount >= 3)
        sleeper.send(signal: 15)
        #expect(try sleeper.exit() == .signal(15))
    }

    @Test func `a digest is that of the bytes`() throws {
        #expect(
            try sha256(Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
    }
}
