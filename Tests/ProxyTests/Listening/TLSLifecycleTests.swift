import Foundation
import TestSupport
import Testing

/// HTTPS connections that are slow, broken, or cut.
@Suite struct TLSLifecycleTests {
    private let megabyte = 1 << 20

    @Test(arguments: ["", "\u{16}\u{3}\u{1}\u{2}"])
    func `a handshake has headerTimeout, whether it has begun or not`(beginning: String) throws {
        let stage = try TLSStage(#", "limits": {"headerTimeout": "300ms"}"#)
        let client = try stage.proxy.connect()
        try client.send(beginning)
        _ = try client.readEnding(within: .seconds(5))
        #expect(try stage.curl(stage.url("iscorsneeded")) == "no")
    }

    @Test func `handshakes that fail leave nothing behind`() throws {
        let stage = try TLSStage()
        #expect(try stage.curl(stage.url("iscorsneeded")) == "no")
        let before = try settled("descriptors") { stage.proxy.child.descriptorCount }
        for round in 0..<200 {
            let client = try stage.proxy.connect()
            let garbage = pseudoRandomBytes(200 + round).map { $0 | 0x80 }
            let record: [UInt8] = [0x16, 3, 1, 0, 200]
            try client.send(round % 2 == 0 ? record + garbage : garbage)
            if round % 3 == 0 { client.socket.reset() } else { _ = try client.readEnding() }
        }
        try eventually("the descriptors are closed") { stage.proxy.child.descriptorCount <= before }
        #expect(try stage.curl(stage.url("iscorsneeded")) == "no")
        #expect(!stage.proxy.child.standardOutput.contains("handshake"))
    }

    @Test func `a signal lets a download finish`() throws {
        let latch = Latch()
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\n\r\nbegin ")
            try latch.wait()
            try connection.send("end")
        }
        let stage = try TLSStage()
        let client = try ChildProcess(
            "curl",
            ["-sSN", "--cacert", stage.authority, stage.url(upstream.url("/"))],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        try eventually("the beginning") { client.standardOutput == "begin " }
        stage.proxy.child.send(signal: SIGTERM)
        try eventually("the listener is closed") {
            if case .failure = Result(catching: { try stage.proxy.connect() }) { true } else { false }
        }
        latch.open()
        // Without a close_notify curl would call this body cut off.
        #expect(try client.exit() == .status(0), "\(client.standardError)")
        #expect(client.standardOutput == "begin end")
        #expect(try stage.proxy.child.exit() == .status(0))
    }

    @Test(arguments: [true, false])
    func `a new certificate is served without a restart`(isTold: Bool) throws {
        let stage = try TLSStage()
        let ticket = "\(stage.folder.path)/ticket.pem"
        let before = stage.folder.text(of: "localhost.pem")
        #expect(try stage.client("-sess_out", ticket).contains(before))
        #expect(try CorswayProgram.run(["certs", "--out", stage.folder.path]).exit == .status(0))
        let after = stage.folder.text(of: "localhost.pem")
        if isTold { stage.proxy.child.send(signal: SIGHUP) }
        try eventually("the new certificate") { try stage.client("-showcerts").contains(after) }
        // Sessions from before are resumed: the keys of tickets stay.
        #expect(try stage.client("-sess_in", ticket).contains("\nReused, "))
    }

    @Test func `a certificate that became bad leaves the old one in force`() throws {
        let stage = try TLSStage()
        try stage.folder.write("nothing", to: "localhost.pem")
        stage.proxy.child.send(signal: SIGHUP)
        _ = try stage.proxy.logLines(with: "The file holds no certificate")
        #expect(try stage.curl(stage.url("iscorsneeded")) == "no")
    }

    /// An upstream that breaks off in the middle of a body.
    private static func cuttingUpstream(_ framing: String) throws -> ScriptedUpstream {
        try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            let body = framing.hasPrefix("T") ? "5\r\nhello\r\n" : "hello"
            try connection.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\(body)")
            // Long enough for the head to be on its way.
            usleep(50_000)
            connection.reset()
        }
    }

    @Test(arguments: ["", "Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"])
    func `a body that the upstream cuts off is none to the client`(framing: String) throws {
        let upstream = try Self.cuttingUpstream(framing)
        let stage = try TLSStage()
        let client = try ChildProcess(
            "curl",
            ["-sS", "--cacert", stage.authority, stage.url(upstream.url("/"))],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        let exit = try client.exit()
        #expect(exit != .status(0), "\(client.standardOutput)")
    }

    /// curl sees by the length that something is missing; what asks TLS alone has nothing else to go by.
    @Test(arguments: ["Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"])
    func `a body that is cut off ends without a close_notify`(framing: String) throws {
        let upstream = try Self.cuttingUpstream(framing)
        let stage = try TLSStage()
        let request = #"printf 'GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n' \#(upstream.url("/"))"#
        let client = "openssl s_client -connect 127.0.0.1:\(stage.proxy.port) -ign_eof 2>&1 || true"
        let text = try run("/bin/sh", ["-c", "\(request) | \(client)"])
        #expect(text.contains("unexpected eof"), "\(text)")
        #expect(try !stage.client("-ign_eof").contains("unexpected eof"))
    }

    @Test func `a connection that was idle for too long ends with a close_notify`() throws {
        let stage = try TLSStage(#", "limits": {"idleTimeout": "200ms"}"#)
        let request = #"printf 'GET /iscorsneeded HTTP/1.1\r\nHost: localhost\r\n\r\n'"#
        let client = "openssl s_client -connect 127.0.0.1:\(stage.proxy.port) -ign_eof 2>&1 || true"
        let text = try run("/bin/sh", ["-c", "\(request) | \(client)"])
        #expect(text.contains("200 OK"), "\(text)")
        #expect(!text.contains("unexpected eof"), "\(text)")
    }

    @Test func `a reader that stops holds the upstream back`() throws {
        let total = 200 * megabyte
        let sent = Counter()
        let upstream = try ScriptedUpstream { [megabyte] connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let piece = [UInt8](repeating: 7, count: megabyte)
            for _ in 0..<total / megabyte {
                try connection.send(piece)
                sent.add(megabyte)
            }
        }
        let stage = try TLSStage()
        let client = try ChildProcess(
            "curl",
            [
                "-sS", "--cacert", stage.authority, "-o", "\(stage.folder.path)/out",
                stage.url(upstream.url("/")),
            ],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        try eventually("the download has begun") { sent.value > 0 }
        client.send(signal: SIGSTOP)
        let stalled = try settled("what the upstream could send") { sent.value }
        client.send(signal: SIGCONT)
        #expect(try client.exit(within: .seconds(120)) == .status(0), "\(client.standardError)")
        #expect(sent.value == total)
        // Where curl was too quick to be stopped in the middle there was nothing to hold back.
        if stalled < total { #expect(stage.proxy.child.peakResidentBytes < 100 * megabyte) }
        let size = try FileManager.default.attributesOfItem(atPath: "\(stage.folder.path)/out")[.size] as? Int
        #expect(size == total)
    }
}
