import HTTPSyntax
import ProxyCore
import Testing

@testable import ProxyServer

/// One request between a client and upstreams that a test speaks for.
@Suite struct ProxiedExchangeTests {
    private let target = "/http://api.example/x"

    @Test func `a response goes to the client with the policy's fields, and the connections serve on`() throws
    {
        let stage = try ExchangeStage()
        let client = ScriptedClient()
        _ = try stage.begin("GET \(target)", to: client)
        let upstream = try #require(stage.upstreams.opened.first)
        #expect(upstream.head == "GET http://api.example/x")
        upstream.transfer?.received(ExchangeStage.head(200), .known(2))
        upstream.transfer?.received(Array("ok".utf8)[...])
        upstream.transfer?.ended(persists: true)
        #expect(client.status == 200)
        #expect(client.fields.string(of: .accessControlAllowOrigin) == "http://localhost:3000")
        #expect(client.body == Array("ok".utf8))
        #expect(client.servesNext && client.faults == [])
        #expect(upstream.keepsConnection && upstream.ends == 1)
        #expect(stage.observer.ended == 1)
    }

    @Test func `a body that comes before there is a stream goes out behind the head, and ends once`() throws {
        let stage = try ExchangeStage()
        stage.upstreams.opensAtOnce = false
        let client = ScriptedClient()
        let exchange = try stage.begin("POST \(target)", ["Content-Length: 4"], to: client)
        #expect(exchange.wantsBody)
        exchange.receive(Array("ab".utf8)[...])
        exchange.receive(Array("cd".utf8)[...])
        exchange.bodyEnded()
        exchange.passRequestBody()
        stage.upstreams.openPending()
        let upstream = try #require(stage.upstreams.opened.first)
        #expect(upstream.body == Array("abcd".utf8))
        #expect(upstream.hasEndedBody && upstream.faults == [])
    }

    @Test func `no more of a body is wanted than one buffer, with and without a stream`() throws {
        let stage = try ExchangeStage()
        stage.upstreams.opensAtOnce = false
        let client = ScriptedClient()
        let exchange = try stage.begin("POST \(target)", ["Transfer-Encoding: chunked"], to: client)
        exchange.receive([UInt8](repeating: 1, count: OutputBuffer.highWaterMark)[...])
        #expect(!exchange.wantsBody)
        stage.upstreams.openPending()
        #expect(client.resumptions == 1)
        #expect(exchange.wantsBody)
        stage.upstreams.opened[0].isFull = true
        #expect(!exchange.wantsBody)
        stage.upstreams.opened[0].isFull = false
        stage.upstreams.opened[0].transfer?.hasRoom()
        #expect(client.resumptions == 2)
    }

    @Test func `only an idempotent request is sent again, over a fresh connection`() throws {
        for (method, isRepeated) in [("GET", true), ("DELETE", true), ("POST", false)] {
            let stage = try ExchangeStage()
            let client = ScriptedClient()
            _ = try stage.begin("\(method) \(target)", to: client)
            stage.upstreams.opened[0].transfer?.failed(.closed, isRetrySafe: true)
            #expect(stage.upstreams.opened.map(\.isFresh) == (isRepeated ? [false, true] : [false]))
            #expect(client.status == (isRepeated ? nil : 502), "\(method)")
            #expect(!stage.upstreams.opened[0].keepsConnection)
        }
    }

    @Test func `a full client pauses its source, and the drained one resumes it`() throws {
        let stage = try ExchangeStage()
        let client = ScriptedClient()
        let exchange = try stage.begin("GET \(target)", to: client)
        let upstream = stage.upstreams.opened[0]
        upstream.transfer?.received(ExchangeStage.head(200), .unknown)
        client.isFull = true
        upstream.transfer?.received([1][...])
        upstream.transfer?.passBody()
        #expect(upstream.isPaused)
        client.isFull = false
        exchange.drained()
        #expect(!upstream.isPaused)
    }

    @Test func `a failure is answered before the head, and cuts behind it`() throws {
        for hasHead in [false, true] {
            let stage = try ExchangeStage()
            let client = ScriptedClient()
            _ = try stage.begin("GET \(target)", to: client)
            let transfer = try #require(stage.upstreams.opened[0].transfer)
            if hasHead { transfer.received(ExchangeStage.head(200), .known(9)) }
            transfer.deadlinePassed()
            #expect(client.status == (hasHead ? 200 : 504))
            #expect(client.cuts == (hasHead ? 1 : 0) && client.finishes == (hasHead ? 0 : 1))
            #expect(client.faults == [])
            #expect(stage.observer.errorCode == .upstreamTimeout)
            #expect(client.fields.string(of: .accessControlAllowOrigin) == "http://localhost:3000")
        }
    }

    @Test func `a response that is too large is refused by its length, and cut where it has none`() throws {
        for length in [BodyLength.known(11), .unknown] {
            let stage = try ExchangeStage(#""limits": {"responseBody": 10}"#)
            let client = ScriptedClient()
            _ = try stage.begin("GET \(target)", to: client)
            let transfer = try #require(stage.upstreams.opened[0].transfer)
            transfer.received(ExchangeStage.head(200), length)
            transfer.received([UInt8](repeating: 1, count: 11)[...])
            #expect(client.status == (length == .unknown ? 200 : 502))
            #expect(client.cuts == (length == .unknown ? 1 : 0))
            #expect(stage.upstreams.opened[0].ends == 1 && client.faults == [])
        }
    }

    @Test func `a redirect that is followed ends one hop and begins the next`() throws {
        let stage = try ExchangeStage(#""prefix": {"redirects": {"mode": "follow"}}"#)
        let client = ScriptedClient()
        let exchange = try stage.begin("POST \(target)", ["Content-Length: 2"], to: client)
        exchange.receive(Array("ab".utf8)[...])
        exchange.bodyEnded()
        let location = [(KnownField.location, "/y")]
        stage.upstreams.opened[0].transfer?.received(ExchangeStage.head(307, location), .none)
        #expect(stage.upstreams.opened.count == 2)
        #expect(stage.upstreams.opened[0].ends == 1)
        #expect(stage.upstreams.opened[1].head == "POST http://api.example/y")
        #expect(stage.upstreams.opened[1].body == Array("ab".utf8))
        #expect(stage.upstreams.opened[1].hasEndedBody)
        #expect(stage.observer.heads == [307] && client.status == nil)
    }

    // MARK: Limits that answer later

    @Test func `a request waits for its limits, its body unread, and goes on then`() throws {
        let stage = try ExchangeStage()
        stage.admission.answersLate = true
        let client = ScriptedClient()
        let exchange = try stage.begin("POST \(target)", ["Content-Length: 2"], to: client)
        #expect(!exchange.wantsBody)
        #expect(stage.upstreams.opened.isEmpty)
        stage.admission.decide()
        #expect(stage.upstreams.opened.count == 1)
        #expect(exchange.wantsBody && client.resumptions == 1)
    }

    @Test func `a request that its limits refuse late is answered, unless the client has left`() throws {
        for leaves in [false, true] {
            let stage = try ExchangeStage()
            stage.admission.answersLate = true
            let client = ScriptedClient()
            let exchange = try stage.begin("GET \(target)", to: client)
            if leaves {
                client.isLost = true
                exchange.clientLost()
            }
            stage.admission.decide(.rateLimited(limit: 1, wait: 1))
            #expect(client.status == (leaves ? nil : 429))
            #expect(client.faults == [] && stage.upstreams.opened.isEmpty && stage.observer.ended == 1)
        }
    }

    // MARK: Long bodies of our own

    @Test func `a long body of our own is written a piece a round, while the client takes it`() throws {
        let stage = try ExchangeStage()
        stage.admission.answersLate = true
        let client = ScriptedClient()
        let exchange = try stage.begin("GET \(target)", to: client)
        let bytes = [UInt8](repeating: 7, count: 3 * OwnBody.pieceBytes + 1)
        client.isFull = true
        exchange.answerLate(.text(200, bytes))
        stage.runLoop()
        #expect(client.body.count == OwnBody.pieceBytes, "the client is full")
        client.isFull = false
        exchange.drained()
        stage.runLoop()
        #expect(client.body == bytes)
        #expect(client.finishes == 1 && client.faults == [])
    }

    @Test func `a client that leaves in the midst of a long body gets no more of it`() throws {
        let stage = try ExchangeStage()
        stage.admission.answersLate = true
        let client = ScriptedClient()
        let exchange = try stage.begin("GET \(target)", to: client)
        exchange.answerLate(.text(200, [UInt8](repeating: 7, count: 4 * OwnBody.pieceBytes)))
        client.isLost = true
        exchange.clientLost()
        stage.runLoop()
        #expect(client.body.count == OwnBody.pieceBytes)
        #expect(client.faults == [] && stage.observer.ended == 1)
    }
}
