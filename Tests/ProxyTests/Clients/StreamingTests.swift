import Foundation
import TestSupport
import Testing

private let megabyte = 1 << 20
/// What the kernel's buffers on both sides may hold, and the proxy's own.
private let bufferBound = 48 * megabyte
private let memoryBound = 32 * megabyte

@Suite(.serialized) struct StreamingTests {
    @Test func `each server-sent event arrives before the next one is sent`() throws {
        let arrived = (0..<5).map { _ in Latch() }
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            for (number, latch) in arrived.enumerated() {
                try connection.send("data: \(number)\n\n")
                try latch.wait(for: "event \(number)")
            }
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url("/events"), [origin(Policy.local)]))
        let head = try client.readHead()
        #expect(head.value(of: "Content-Type") == "text/event-stream")
        for (number, latch) in arrived.enumerated() {
            _ = try client.read(through: "data: \(number)\n\n")
            latch.open()
        }
    }

    @Test func `a response head arrives before there is a body`() throws {
        let latch = Latch()
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            try latch.wait()
            try connection.send("hello")
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        let head = try client.readHead()
        latch.open()
        var body = client.body(of: head)
        #expect(try body.rest() == Array("hello".utf8))
    }

    @Test func `a chunked body passes both ways`() throws {
        let upstream = try ScriptedUpstream { request in
            let pieces = ["first,", "second,", request.text]
            let chunks = pieces.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined()
            return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n"
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        for _ in 1...3 {
            try client.send(proxy.head("POST", upstream.url(), ["Transfer-Encoding: chunked"]))
            try client.send("3;ext=1\r\nabc\r\n")
            try client.send("2\r\nde\r\n0\r\n\r\n")
            let response = try client.readResponse(to: "POST")
            #expect(response.text == "first,second,abcde")
            #expect(response.isComplete)
        }
        #expect(upstream.requests.map(\.text) == ["abcde", "abcde", "abcde"])
    }

    @Test func `a chunk of an upload arrives before the next one is sent`() throws {
        let arrived = (0..<4).map { _ in Latch() }
        let upstream = try ScriptedUpstream { connection in
            guard let head = try connection.readHead() else { return }
            var body = connection.body(of: head)
            var text = ""
            for (number, latch) in arrived.enumerated() {
                while !text.hasSuffix("<\(number)>"), let piece = try body.next() {
                    text += String(decoding: piece, as: UTF8.self)
                }
                latch.open()
            }
            _ = try body.rest()
            try connection.send(Answer.text(text))
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        try client.send(proxy.head("POST", upstream.url(), ["Transfer-Encoding: chunked"]))
        for (number, latch) in arrived.enumerated() {
            try client.send("3\r\n<\(number)>\r\n")
            try latch.wait(for: "chunk \(number)")
        }
        try client.send("0\r\n\r\n")
        #expect(try client.readResponse(to: "POST").text == "<0><1><2><3>")
    }

    @Test(arguments: [true, false])
    func `a download of 200 MB leaves the memory level`(isChunked: Bool) throws {
        let size = 200 * megabyte
        let upstream = try largeDownload(size, isChunked: isChunked)
        let proxy = try ProxyProcess()
        _ = try proxy.request("GET", upstream.url("/small"))
        let before = proxy.child.residentBytes
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url("/large")))
        var body = client.body(of: try client.readHead())
        var received = 0
        while let piece = try body.next() { received += piece.count }
        #expect(received == size)
        #expect(body.isComplete)
        #expect(proxy.child.peakResidentBytes - before < memoryBound)
    }

    @Test(arguments: [true, false])
    func `an upload of 200 MB leaves the memory level`(isChunked: Bool) throws {
        let size = 200 * megabyte
        let upstream = try ScriptedUpstream { connection in
            while let head = try connection.readHead() {
                var body = connection.body(of: head)
                var received = 0
                while let piece = try body.next() { received += piece.count }
                try connection.send(Answer.text("\(received)"))
            }
        }
        let proxy = try ProxyProcess()
        _ = try proxy.request("POST", upstream.url(), body: "x")
        let before = proxy.child.residentBytes
        let client = try proxy.connect()
        let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)"
        try client.send(proxy.head("POST", upstream.url(), [framing]))
        let piece = [UInt8](repeating: 7, count: megabyte)
        let chunk = Array("100000\r\n".utf8) + piece + [13, 10]
        for _ in 0..<200 { try client.send(isChunked ? chunk : piece) }
        if isChunked { try client.send("0\r\n\r\n") }
        #expect(try client.readResponse(to: "POST").text == "\(size)")
        #expect(proxy.child.peakResidentBytes - before < memoryBound)
    }

    @Test func `a reader that stands still stops the upstream, and then gets every byte`() throws {
        let size = 200 * megabyte
        let sent = Counter()
        let upstream = try largeDownload(size, isChunked: false, counting: sent)
        let proxy = try ProxyProcess()
        _ = try proxy.request("GET", upstream.url("/small"))
        let before = proxy.child.residentBytes
        let client = try proxy.connect(receiveBuffer: 65_536)
        try client.send(proxy.head("GET", upstream.url("/large")))
        let head = try client.readHead()
        let ahead = try settled("the upstream") { sent.value }
        #expect(ahead < bufferBound)
        #expect(proxy.child.peakResidentBytes - before < memoryBound)
        let idle = proxy.child.cpuMilliseconds
        _ = try settled("the upstream") { sent.value }
        #expect(proxy.child.cpuMilliseconds - idle < 250, "a paused transfer does not spin")
        var body = client.body(of: head)
        var received = 0
        while let piece = try body.next() { received += piece.count }
        #expect(received == size)
        #expect(proxy.child.peakResidentBytes - before < memoryBound)
    }

    @Test func `an upstream that stands still stops the client, and then gets every byte`() throws {
        let size = 200 * megabyte
        let latch = Latch()
        let upstream = try ScriptedUpstream { connection in
            guard let head = try connection.readHead() else { return }
            try latch.wait(within: .seconds(60))
            var body = connection.body(of: head)
            var received = 0
            while let piece = try body.next() { received += piece.count }
            try connection.send(Answer.text("\(received)"))
        }
        let proxy = try ProxyProcess()
        let before = proxy.child.residentBytes
        let client = try proxy.connect()
        try client.send(proxy.head("PUT", upstream.url(), ["Content-Length: \(size)"]))
        let sent = Counter()
        let socket = client.socket
        let upload = Background {
            let piece = [UInt8](repeating: 7, count: megabyte)
            for _ in 0..<200 {
                try socket.write(piece, until: Deadline(in: .seconds(60)))
                sent.add(piece.count)
            }
        }
        let ahead = try settled("the client") { sent.value }
        #expect(ahead < bufferBound)
        #expect(proxy.child.peakResidentBytes - before < memoryBound)
        latch.open()
        try upload.value()
        #expect(try client.readResponse(to: "PUT").text == "\(size)")
    }

    @Test func `a response that comes during the upload is passed on, and the connection closed`() throws {
        let upstream = try ScriptedUpstream { connection in
            guard try connection.readHead() != nil else { return }
            try connection.send(
                Answer.text("too much", status: "413 Content Too Large", ["Connection: close"])
            )
            try connection.awaitClose()
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        let fields = ["Content-Length: 1000000", origin(Policy.local)]
        try client.send(proxy.head("POST", upstream.url(), fields) + "the beginning")
        let response = try client.readResponse(to: "POST")
        #expect(response.status == 413)
        #expect(response.text == "too much")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        try client.readEnding()
        try eventually("the upstream connection is closed") { upstream.closedConnections == 1 }
    }

    @Test func `100-continue is answered before the body, and the upstream is not asked for it`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.text) }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        try client.send(proxy.head("POST", upstream.url(), ["Expect: 100-continue", "Content-Length: 5"]))
        #expect(try client.readHead().status == 100)
        try client.send("hello")
        let response = try client.readResponse(to: "POST")
        #expect(response.status == 200)
        #expect(response.interim.isEmpty)
        #expect(response.text == "hello")
    }

    @Test func `a body without length ends with the upstream's connection`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end")
        }
        let proxy = try ProxyProcess()
        let response = try proxy.request("GET", upstream.url())
        #expect(response.text == "until the end")
        #expect(response.isComplete)
    }

    /// An upstream that answers `/large` with many bytes and anything else with few.
    private func largeDownload(
        _ size: Int,
        isChunked: Bool,
        counting sent: Counter = Counter()
    ) throws -> ScriptedUpstream {
        try ScriptedUpstream { connection in
            let piece = [UInt8](repeating: 7, count: 65_536)
            while let request = try connection.readRequest() {
                guard request.target == "/large" else {
                    try connection.send(Answer.text("small"))
                    continue
                }
                let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)"
                try connection.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n")
                for _ in 0..<(size / piece.count) {
                    if isChunked { try connection.sendChunk(piece) } else { try connection.send(piece) }
                    sent.add(piece.count)
                }
                if isChunked { try connection.send("0\r\n\r\n") }
            }
        }
    }
}
