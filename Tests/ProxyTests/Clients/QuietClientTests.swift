import Foundation
import TestSupport
import Testing

/// Nothing that one client, an operator or an upstream does keeps an event loop from the others.
///
/// What is counted is rounds of the loop that took long by its own doing: what the machine gave to other programs
/// meanwhile is taken off by the kernel's own account. Each kind of work is done so often that it shows if every
/// piece holds the loop; a few rounds may be long for reasons of their own (memory that is first touched).
@Suite(.serialized) struct QuietClientTests {
    /// A debug build takes ten times as long for everything.
    #if DEBUG
        private static let bound = "0.01"
    #else
        private static let bound = "0.001"
    #endif

    /// A proxy, an upstream, and a client that asks for little all the while.
    private final class Stage {
        let proxy: ProxyProcess
        let upstream: ScriptedUpstream
        private let admin: Admin
        private let end = Latch()
        private let quiet: Background<Int>

        init(
            _ config: String = "",
            routes: Int = 0,
            host: String = "127.0.0.1",
            upstream script: ScriptedUpstream.Script? = nil
        ) throws {
            let upstream =
                try script.map { try ScriptedUpstream(host: host, $0) }
                ?? ScriptedUpstream(host: host) { request in Answer.text(request.target) }
            self.upstream = upstream
            let proxy = try ProxyProcess(Self.config(config, routes, upstream))
            self.proxy = proxy
            admin = try Admin(of: proxy)
            let end = end
            quiet = Background {
                let client = try proxy.connect()
                var number = 0
                while !end.isOpen {
                    try client.send(proxy.head("GET", "iscorsneeded"))
                    guard try client.readResponse().text == "no" else { throw SocketError.ended("no answer") }
                    number += 1
                    usleep(2_000)
                }
                return number
            }
        }

        static func config(_ more: String, _ routes: Int, _ upstream: ScriptedUpstream) -> String {
            let list = (0..<routes).map { #"{"path": "/route\#($0)/", "target": "\#(upstream.url("/"))"}"# }
            return #"{"shards": 1, \#(Admin.config), "routes": [\#(list.joined(separator: ","))]\#(more)}"#
        }

        /// How many rounds were long while something was done.
        func slowRounds(_ work: () throws -> Void) throws -> Int {
            let sample = "corsway_loop_slow_rounds_total{over=\"\(QuietClientTests.bound)\"}"
            let before = try admin.metrics()[sample]
            try work()
            return Int(try admin.metrics()[sample] - before)
        }

        /// Scrapes the metrics.
        func scrape() throws -> Int { try admin.request("/metrics").body.count }

        /// How often the quiet client was answered.
        func finish() throws -> Int {
            end.open()
            return try quiet.value()
        }
    }

    private func expectLevel(_ stage: Stage, of number: Int, _ work: @escaping (Int) throws -> Void) throws {
        let slow = try stage.slowRounds {
            for index in 0..<number { try work(index) }
        }
        #expect(slow <= number / 4, "\(slow) slow rounds of \(number) pieces of work")
        #expect(try stage.finish() > 0)
    }

    @Test func `a scrape with many routes`() throws {
        let stage = try Stage(routes: 300)
        let client = try stage.proxy.connect()
        for number in 0..<300 {
            try client.send(stage.proxy.head("GET", "route\(number)/x"))
            #expect(try client.readResponse().status == 200)
        }
        try expectLevel(stage, of: 12) { _ in
            let bytes = try stage.scrape()
            #expect(bytes > 1_000_000)
        }
    }

    @Test func `a reload with many routes`() throws {
        let stage = try Stage(routes: 300)
        try expectLevel(stage, of: 8) { number in
            let config = Stage.config(#", "limits": {"headerCount": \#(50 + number)}"#, 300, stage.upstream)
            try stage.proxy.folder.write(config, to: "config.json")
            stage.proxy.child.send(signal: SIGHUP)
            try eventually("the configuration is loaded again") {
                stage.proxy.child.standardOutput.components(separatedBy: "loaded again").count > number + 1
            }
        }
    }

    @Test func `dials that fail`() throws {
        let stage = try Stage()
        let nobody = try freePort()
        try expectLevel(stage, of: 80) { number in
            let target = "\(number % 2 == 0 ? "http" : "https")://127.0.0.1:\(nobody)/"
            let status = try stage.proxy.request("GET", target).status
            #expect(status >= 500)
        }
    }

    @Test func `heads as long as they may be`() throws {
        let stage = try Stage()
        let fields = (0..<90).map { "X-Field-\($0): \(String(repeating: "v", count: 330))" }
        try expectLevel(stage, of: 40) { _ in
            let status = try stage.proxy.request("GET", stage.upstream.url("/"), fields).status
            #expect(status == 200)
        }
    }

    @Test func `a client that sends thousands of requests at once`() throws {
        let stage = try Stage()
        let request = stage.proxy.head("GET", "iscorsneeded")
        try expectLevel(stage, of: 8) { _ in
            let client = try stage.proxy.connect()
            let socket = client.socket
            let sending = Background {
                try socket.write(Array(String(repeating: request, count: 2_000).utf8))
            }
            for _ in 0..<2_000 { _ = try client.readResponse() }
            try sending.value()
        }
    }

    @Test func `a body that comes as fast as it is taken`() throws {
        let stage = try Stage(upstream: { connection in
            while try connection.readRequest() != nil {
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(48 << 20)\r\n\r\n")
                let piece = [UInt8](repeating: 7, count: 1 << 20)
                for _ in 0..<48 { try connection.send(piece) }
            }
        })
        try expectLevel(stage, of: 8) { _ in
            let response = try stage.proxy.request("GET", stage.upstream.url("/"))
            #expect(response.isComplete)
        }
    }

    @Test func `many clients that come, and go, at one moment`() throws {
        let stage = try Stage(#", "limits": {"idleTimeout": "300ms"}"#)
        try expectLevel(stage, of: 8) { _ in
            let clients = try (0..<150).map { _ in try stage.proxy.connect() }
            for client in clients { try client.send(stage.proxy.head("GET", "iscorsneeded")) }
            for client in clients { #expect(try client.readResponse().text == "no") }
            for client in clients { #expect(try client.readToEnd(within: .seconds(20)).isEmpty) }
        }
    }

    @Test func `many targets that are named at one moment`() throws {
        let stage = try Stage(host: "0.0.0.0")
        try expectLevel(stage, of: 8) { round in
            let clients = try (0..<100).map { _ in try stage.proxy.connect() }
            for (number, client) in clients.enumerated() {
                let target = "http://127.1.\(round).\(number + 1):\(stage.upstream.port)/"
                try client.send(stage.proxy.head("GET", target))
            }
            for client in clients { #expect(try client.readResponse().status == 200) }
        }
    }

    @Test func `a log that nobody reads`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/log"
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDWR | O_CLOEXEC)
        defer { close(reader) }
        let stage = try Stage(#", "log": {"file": "\#(path)", "format": "json"}"#)
        let request = stage.proxy.head("GET", "iscorsneeded")
        try expectLevel(stage, of: 8) { _ in
            let client = try stage.proxy.connect()
            for _ in 0..<10 {
                try client.send(String(repeating: request, count: 50))
                for _ in 0..<50 { _ = try client.readResponse() }
            }
        }
    }

    @Test func `TLS handshakes`() throws {
        let stage = try TLSStage(#", "shards": 1, \#(Admin.config)"#)
        let admin = try Admin(of: stage.proxy)
        let sample = "corsway_loop_slow_rounds_total{over=\"0.01\"}"
        let before = try admin.metrics()[sample]
        let clients = (0..<6).map { _ in
            Background {
                for _ in 0..<5 {
                    let answer = try stage.client()
                    #expect(answer.contains("200 OK"))
                }
            }
        }
        for client in clients { try client.value() }
        #expect(try admin.metrics()[sample] - before <= 7)
    }
}
