import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct LifecycleTests {
    /// An upstream that sends a head and a first piece, and the rest once the latch is open.
    private func heldUpstream(_ latch: Latch) throws -> ScriptedUpstream {
        try ScriptedUpstream { connection in
            while try connection.readRequest() != nil {
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
                try latch.wait(within: .seconds(60))
                try connection.send("world")
            }
        }
    }

    @Test func `a proxy that is ended as soon as it listens ends in order, whatever it still reads`() throws {
        for _ in 1...10 {
            let proxy = try ProxyProcess()
            proxy.child.send(signal: SIGTERM)
            #expect(try proxy.child.exit() == .status(0), "\(proxy.child.standardError)")
        }
    }

    /// How a client leaves.
    enum Departure: String, CaseIterable, CustomTestStringConvertible {
        case close, reset
        var testDescription: String { rawValue }

        func leave(_ client: RawClient) {
            switch self {
            case .close: client.socket.close()
            case .reset: client.socket.reset()
            }
        }
    }

    @Test(arguments: Departure.allCases)
    func `a client that leaves in mid-download closes the upstream connection within two seconds`(
        departure: Departure
    ) throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            let piece = [UInt8](repeating: 7, count: 1 << 20)
            while true { try connection.send(piece) }
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        _ = try client.readHead()
        _ = try client.reader.read(count: 1 << 20)
        departure.leave(client)
        try eventually("the upstream connection is closed", within: .seconds(2)) {
            upstream.closedConnections == 1
        }
    }

    @Test(arguments: Departure.allCases)
    func `a client that leaves while the upstream is silent closes its connection within two seconds`(
        departure: Departure
    ) throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.awaitClose(within: .seconds(60))
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        try eventually("the request is in flight") { upstream.requests.count == 1 }
        departure.leave(client)
        try eventually("the upstream connection is closed", within: .seconds(2)) {
            upstream.closedConnections == 1
        }
    }

    @Test(arguments: Departure.allCases)
    func `a client that leaves in mid-upload never completes the request`(departure: Departure) throws {
        let began = Latch()
        let upstream = try ScriptedUpstream { connection in
            guard let head = try connection.readHead() else { return }
            var body = connection.body(of: head)
            while try body.next() != nil { began.open() }
            if body.isComplete { try connection.send(Answer.text("complete")) }
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        try client.send(proxy.head("POST", upstream.url(), ["Transfer-Encoding: chunked"]) + "5\r\nhello\r\n")
        try began.wait(for: "the beginning of the body")
        departure.leave(client)
        try eventually("the upstream connection is closed", within: .seconds(2)) {
            upstream.closedConnections == 1
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal lets what is in flight finish and exits with 0`(signal: Int32) throws {
        let latch = Latch()
        let upstream = try heldUpstream(latch)
        let proxy = try ProxyProcess()
        let idle = try proxy.connect()
        try idle.send(proxy.head("GET", "iscorsneeded"))
        #expect(try idle.readResponse().text == "no")
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        let head = try client.readHead()
        proxy.child.send(signal: signal)
        try eventually("the listener is closed") {
            if case .failure = Result(catching: { try proxy.connect() }) { true } else { false }
        }
        #expect(try idle.readToEnd().isEmpty, "an idle connection is closed")
        #expect(proxy.child.poll() == nil)
        latch.open()
        var body = client.body(of: head)
        #expect(String(decoding: try body.rest(), as: UTF8.self) == "helloworld")
        #expect(try proxy.child.exit() == .status(0))
    }

    /// Tries until a client was quick enough for the moment that it is given while the proxy stops.
    private func quickly(_ attempt: () throws -> Bool) throws {
        for _ in 0..<10 {
            if try attempt() { return }
        }
        Issue.record("no attempt was answered")
    }

    private func isAnsweredAndClosed(_ client: RawClient, _ proxy: ProxyProcess) throws -> Bool {
        do {
            var isLast = false
            // The listeners are closed first: until the connections are told, all is as ever.
            while !isLast {
                try client.send(proxy.head("GET", "iscorsneeded"))
                let response = try client.readResponse()
                #expect(response.text == "no")
                isLast = response.value(of: "Connection") == "close"
            }
        } catch is SocketError {
            return false
        }
        #expect(try client.readToEnd().isEmpty)
        #expect(try proxy.child.exit() == .status(0))
        return true
    }

    @Test func `a request on an idle connection while the proxy stops is answered, and the last`() throws {
        try quickly {
            let proxy = try ProxyProcess()
            let idle = try proxy.connect()
            try idle.send(proxy.head("GET", "iscorsneeded"))
            #expect(try idle.readResponse().text == "no")
            proxy.child.send(signal: SIGTERM)
            try eventually("the listener is closed") {
                if case .failure = Result(catching: { try proxy.connect() }) { true } else { false }
            }
            return try isAnsweredAndClosed(idle, proxy)
        }
    }

    @Test func `a response that promised to go on before the signal is followed by one more`() throws {
        try quickly {
            let latch = Latch()
            let upstream = try heldUpstream(latch)
            let proxy = try ProxyProcess()
            let client = try proxy.connect()
            try client.send(proxy.head("GET", upstream.url()))
            let head = try client.readHead()
            #expect(head.value(of: "Connection") == nil)
            proxy.child.send(signal: SIGTERM)
            try eventually("the listener is closed") {
                if case .failure = Result(catching: { try proxy.connect() }) { true } else { false }
            }
            latch.open()
            var body = client.body(of: head)
            #expect(String(decoding: try body.rest(), as: UTF8.self) == "helloworld")
            return try isAnsweredAndClosed(client, proxy)
        }
    }

    @Test(arguments: ["0s", "200ms", "30s"])
    func `idle connections hold the end up for a moment only, and never to drainTimeout`(timeout: String)
        throws
    {
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "\#(timeout)"}}"#)
        let idle = try proxy.connect()
        try idle.send(proxy.head("GET", "iscorsneeded"))
        #expect(try idle.readResponse().text == "no")
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit(within: .seconds(5)) == .status(0))
    }

    @Test func `an idle proxy exits with 0 at once`() throws {
        let proxy = try ProxyProcess()
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit(within: .seconds(5)) == .status(0))
    }

    @Test func `a second signal ends it now`() throws {
        let upstream = try heldUpstream(Latch())
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "60s"}}"#)
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        _ = try client.readHead()
        proxy.child.send(signal: SIGTERM)
        try eventually("the listener is closed") {
            if case .failure = Result(catching: { try proxy.connect() }) { true } else { false }
        }
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit(within: .seconds(5)) != .status(0))
    }

    @Test func `a drain that is cut short by drainTimeout exits with 1`() throws {
        let upstream = try heldUpstream(Latch())
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "300ms"}}"#)
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        _ = try client.readHead()
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit(within: .seconds(10)) == .status(1))
    }

    @Test func `descriptors are level after a thousand faulty requests`() throws {
        let upstream = try ScriptedUpstream { connection in
            guard let head = try connection.readHead() else { return }
            switch head.target {
            case "/reset": connection.reset()
            case "/garbage": try connection.send("garbage\r\n\r\n")
            case "/cut": try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
            default: try connection.send("HTTP/1.1 200 OK\r\nX-A")
            }
        }
        let proxy = try ProxyProcess()
        func fault(_ number: Int) throws {
            let client = try proxy.connect()
            switch number % 8 {
            case 0: try client.send("GET / HTTP/1.1\r\nHo")
            case 1: try client.send("garbage\r\n\r\n")
            case 2: try client.send(proxy.head("POST", upstream.url("/x"), ["Content-Length: 9"]) + "half")
            case 3: try client.send(proxy.head("GET", "http://127.0.0.1:2/"))
            default:
                let path = ["/reset", "/garbage", "/cut", "/short"][number % 4]
                try client.send(proxy.head("GET", upstream.url(path)))
            }
            if number % 8 > 2 || number % 8 == 1 { _ = try client.readToEndOrResponse() }
            if number.isMultiple(of: 3) { client.socket.reset() } else { client.socket.close() }
        }
        for number in 0..<200 { try fault(number) }
        let before = try settled("the descriptors") { proxy.child.descriptorCount }
        for number in 0..<1_000 { try fault(number) }
        try eventually("the descriptors are level again") { proxy.child.descriptorCount <= before + 4 }
        #expect(try proxy.request("GET", "iscorsneeded").text == "no")
    }

    @Test func `a proxy without descriptors neither dies nor spins, and serves again`() throws {
        var launch = ProxyProcess.Launch()
        launch.descriptorLimit = 64
        let proxy = try ProxyProcess("{}", launch)
        var clients = try (0..<150).map { _ in try proxy.connect() }
        _ = try settled("the descriptors") { proxy.child.descriptorCount }
        let before = proxy.child.cpuMilliseconds
        _ = try settled("the descriptors") { proxy.child.descriptorCount }
        #expect(proxy.child.cpuMilliseconds - before < 250, "no spinning")
        #expect(proxy.child.poll() == nil)
        clients.removeAll()
        try eventually("the proxy serves again") {
            let response = Result { try proxy.request("GET", "iscorsneeded") }
            if case .success(let answer) = response { return answer.text == "no" }
            return false
        }
    }

    @Test func `memory and descriptors are level after many good requests`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.target) }
        let proxy = try ProxyProcess()
        func load(_ count: Int) throws {
            let workers = (0..<8).map { _ in
                Background {
                    let client = try proxy.connect()
                    for number in 0..<count {
                        try client.send(proxy.head("GET", upstream.url("/\(number)"), [origin(Policy.local)]))
                        let response = try client.readResponse()
                        guard response.text == "/\(number)" else { throw SocketError.ended("\(response)") }
                    }
                }
            }
            for worker in workers { try worker.value() }
        }
        try load(500)
        let descriptors = try settled("the descriptors") { proxy.child.descriptorCount }
        let memory = proxy.child.residentBytes
        try load(2_000)
        try eventually("the descriptors are level again") { proxy.child.descriptorCount <= descriptors + 8 }
        #expect(proxy.child.residentBytes - memory < 8 << 20)
    }
}

extension RawClient {
    /// Reads one response however it ends, or the end of the connection.
    fileprivate func readToEndOrResponse() throws -> Int {
        switch Result(catching: { try readResponse() }) {
        case .success(let response): return response.status
        case .failure(SocketError.ended): return 0
        case .failure(let error): throw error
        }
    }
}
