import Foundation
import TestSupport
import Testing

/// Connections to upstreams do not use up what clients need.
@Suite struct UpstreamLimitTests {
    private static let descriptors = 256

    private func proxy(_ limits: String = "{}") throws -> ProxyProcess {
        var launch = ProxyProcess.Launch()
        launch.descriptorLimit = Self.descriptors
        return try ProxyProcess(#"{"shards": 2, "limits": \#(limits), \#(Admin.config)}"#, launch)
    }

    @Test func `a client that names hundreds of targets leaves descriptors for others`() throws {
        let upstream = try ScriptedUpstream(host: "0.0.0.0") { request in Answer.text(request.target) }
        let proxy = try proxy()
        let client = try proxy.connect()
        for number in 0..<600 {
            let target = "http://127.1.\(number / 250).\(number % 250 + 1):\(upstream.port)/\(number)"
            try client.send(proxy.head("GET", target))
            #expect(try client.readResponse().text == "/\(number)")
            if number % 50 == 49 { #expect(try proxy.request("GET", "iscorsneeded").text == "no") }
        }
        // All that clients may have at a time are still let in.
        let clients = try (0..<90).map { _ in try proxy.connect() }
        for client in clients {
            try client.send(proxy.head("GET", "iscorsneeded"))
            #expect(try client.readResponse().text == "no")
        }
        #expect(proxy.child.descriptorCount < Self.descriptors)
        let metrics = try Admin(of: proxy).metrics()
        #expect(metrics["corsway_upstream_evictions_total"] > 400)
        #expect(metrics[#"corsway_upstream_dials_total{result="failure"}"#] == 0)
        #expect(metrics[#"corsway_upstream_connections{state="idle"}"#] > 10, "what may be kept is kept")
    }

    /// The limit falls under what is open, as no budget can foresee.
    @Test func `where no descriptor is left unused connections go before a client is turned away`() throws {
        let upstream = try ScriptedUpstream(host: "0.0.0.0") { request in Answer.text(request.target) }
        let proxy = try proxy()
        for number in 1...60 {
            let target = "http://127.1.0.\(number):\(upstream.port)/"
            #expect(try proxy.request("GET", target).status == 200)
        }
        let open = proxy.child.descriptorCount
        _ = try run("prlimit", ["--pid", "\(proxy.child.identifier)", "--nofile=\(open):\(open)"])
        let clients = try (0..<30).map { _ in try proxy.connect() }
        for client in clients {
            try client.send(proxy.head("GET", "iscorsneeded"))
            #expect(try client.readResponse().text == "no")
        }
        #expect(proxy.child.descriptorCount <= open)
    }

    @Test func `limits-upstreamConnections bounds those of all hosts, and a reload changes it`() throws {
        let upstream = try ScriptedUpstream(host: "0.0.0.0") { request in Answer.text(request.target) }
        let proxy = try proxy(#"{"upstreamConnections": 8}"#)
        let admin = try Admin(of: proxy)
        func load() throws {
            for number in 1...40 {
                let target = "http://127.1.0.\(number):\(upstream.port)/\(number)"
                #expect(try proxy.request("GET", target).text == "/\(number)")
            }
        }
        try load()
        let idle = #"corsway_upstream_connections{state="idle"}"#
        try admin.metrics("eight are kept") { $0[idle] == 8 }
        try proxy.folder.write(
            #"{"limits": {"upstreamConnections": 3}, "shards": 2, \#(Admin.config)}"#,
            to: "config.json"
        )
        proxy.child.send(signal: SIGHUP)
        try admin.metrics("three are kept") { $0[idle] == 3 }
        try load()
        #expect(try admin.metrics()[idle] <= 3)
    }

    @Test func `the table of descriptors is made at the start, and never while requests wait`() throws {
        let upstream = try ScriptedUpstream(host: "0.0.0.0") { request in Answer.text(request.target) }
        let proxy = try proxy()
        let before = try Self.tableSize(of: proxy)
        #expect(before >= Self.descriptors - 64)
        for number in 1...150 {
            let target = "http://127.1.0.\(number):\(upstream.port)/"
            #expect(try proxy.request("GET", target).status == 200)
        }
        #expect(try Self.tableSize(of: proxy) == before)
    }

    /// For how many descriptors the kernel has room in a process.
    private static func tableSize(of proxy: ProxyProcess) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(proxy.child.identifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("FDSize:") }
        return line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0
    }

    @Test func `more than the descriptors allow is lowered with a warning`() throws {
        let proxy = try proxy(#"{"upstreamConnections": 5000}"#)
        let line = try proxy.logLines(with: "limits.upstreamConnections is lowered from 5000 to ")
        #expect(line.first?.contains("raise the limit of open files") == true)
    }
}
