import Foundation
import TestSupport
import Testing

/// Reloads that move a listener to another address of the port that it has.
@Suite struct RebindTests {
    private let port: Int
    private let proxy: ProxyProcess

    init() throws {
        port = try freePort()
        proxy = try ProxyProcess(
            #"{"listen": {"port": \#(port)}}"#,
            ProxyProcess.Launch(arguments: [])
        )
    }

    private func reload(_ listen: String, until text: String = "loaded again") throws {
        let before = proxy.child.standardOutput.components(separatedBy: text).count
        try proxy.folder.write(#"{"listen": \#(listen), "acceptOpenRelay": true}"#, to: "config.json")
        proxy.child.send(signal: SIGHUP)
        try eventually("\"\(text)\" in \(proxy.child.standardOutput)") {
            proxy.child.standardOutput.components(separatedBy: text).count > before
        }
    }

    private func serves(_ host: String) throws {
        let client = RawClient(socket: try .connect(to: port, host: host))
        try client.send(proxy.head("GET", "iscorsneeded"))
        #expect(try client.readResponse().text == "no")
    }

    @Test func `one address becomes all, and all become one`() throws {
        let early = try proxy.connect()
        try reload(#"{"host": "0.0.0.0", "port": \#(port)}"#)
        try serves("127.0.0.1")
        try serves("127.0.0.2")
        try early.send(proxy.head("GET", "iscorsneeded"))
        #expect(try early.readResponse().text == "no")
        try reload(#"{"port": \#(port)}"#)
        try serves("127.0.0.1")
        #expect(throws: SocketError.self) { try serves("127.0.0.2") }
    }

    @Test func `a reload that moves the listener says where to, another one does not`() throws {
        let other = try freePort()
        func told() -> [Substring] {
            proxy.child.standardOutput.split(separator: "\n").filter { $0.contains("listening on") }
        }
        try reload(#"{"port": \#(port)}"#)
        #expect(told().count == 1, "the banner alone")
        try reload(#"{"port": \#(other)}"#)
        #expect(told().count == 2 && told().last?.contains("127.0.0.1:\(other)") == true, "\(told())")
        try reload(#"{"port": \#(other)}, "admin": {"enabled": true, "port": \#(port)}"#)
        #expect(told().count == 2)
        #expect(proxy.child.standardOutput.contains("health and metrics on http://127.0.0.1:\(port)"))
    }

    @Test func `a name keeps the addresses that it has in common with what was`() throws {
        try reload(#"{"host": "localhost", "port": \#(port)}"#)
        try serves("127.0.0.1")
        try reload(#"[{"host": "127.0.0.1", "port": \#(port)}, {"port": 0}]"#)
        try serves("127.0.0.1")
    }

    @Test func `where another listener cannot be opened, the old one serves on`() throws {
        let taken = try ActivationSocket()
        try reload(
            #"[{"host": "0.0.0.0", "port": \#(port)}, {"port": \#(taken.port)}]"#,
            until: "stays in force"
        )
        try serves("127.0.0.1")
        #expect(throws: SocketError.self) { try serves("127.0.0.2") }
    }

    @Test func `a port that was shared for the moment of a reload is taken for another program`() throws {
        try reload(#"{"host": "0.0.0.0", "port": \#(port)}"#)
        let other = try CorswayProgram.run(["serve", "--port", "\(port)"])
        #expect(other.exit == .status(3), "\(other)")
    }

    @Test func `who came by an open listener stays a stranger to a loopback one`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        try reload(#"{"host": "0.0.0.0", "port": \#(port)}"#)
        let early = try proxy.connect()
        func request(_ client: RawClient) throws -> RawResponse {
            try client.send(proxy.head("GET", upstream.url()))
            return try client.readResponse()
        }
        #expect(try request(early).errorCode == "private-address")
        try reload(#"{"port": \#(port)}"#)
        #expect(try request(early).errorCode == "private-address")
        #expect(try request(proxy.connect()).text == "reached")
    }

    @Test func `proxy and admin listener can change places`() throws {
        let other = try freePort()
        func config(_ port: Int, _ admin: Int) -> String {
            #"{"port": \#(port)}, "admin": {"enabled": true, "port": \#(admin)}"#
        }
        func status(_ port: Int, _ path: String) throws -> Int {
            let client = try RawClient(port: port)
            try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return try client.readResponse().status
        }
        try reload(config(port, other))
        #expect(try status(other, "/healthz") == 200)
        try reload(config(other, port))
        #expect(try status(port, "/healthz") == 200)
        #expect(try status(port, "/iscorsneeded") == 404)
        #expect(try status(other, "/iscorsneeded") == 200)
    }

    @Test func `a port that another program has is refused`() throws {
        let taken = try ActivationSocket(host: "127.0.0.2")
        try reload(
            #"[{"host": "127.0.0.1", "port": \#(taken.port)}, {"port": \#(port)}]"#
        )
        try reload(
            #"[{"host": "0.0.0.0", "port": \#(taken.port)}, {"port": \#(port)}]"#,
            until: "is in use"
        )
        try serves("127.0.0.1")
    }

    @Test func `requests go on while the address changes`() throws {
        let goesOn = Latch()
        let served = Counter()
        let worker = Background { [proxy] in
            let client = try proxy.connect()
            while !goesOn.isOpen {
                try client.send(proxy.head("GET", "iscorsneeded"))
                guard try client.readResponse().text == "no" else { throw SocketError.ended("refused") }
                served.add()
            }
        }
        for host in ["0.0.0.0", "127.0.0.1", "0.0.0.0", "127.0.0.1"] {
            try reload(#"{"host": "\#(host)", "port": \#(port)}"#)
            let before = served.value
            try eventually("requests go on") { served.value > before }
        }
        goesOn.open()
        try worker.value()
    }
}
