import Foundation
import Testing

@testable import ProxyCore

@Suite struct AccessRecordTests {
    private func record(target: String = "https://api.example.com/x") -> AccessRecord {
        AccessRecord(
            timestamp: "2026-01-31T12:00:01.250Z",
            client: "127.0.0.1",
            method: "GET",
            target: target,
            status: 200,
            duration: .microseconds(12_345),
            bytesSent: 1_300,
            bytesReceived: 0,
            verdict: .allowed,
            reason: "http://localhost:3000",
            requestID: "abc"
        )
    }

    private func pretty(_ record: AccessRecord, coloured: Bool = false) -> String {
        var bytes: [UInt8] = []
        record.writePretty(to: &bytes, coloured: coloured)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func json(_ record: AccessRecord) -> String {
        var bytes: [UInt8] = []
        record.writeJSON(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `the pretty line`() {
        let line = "12:00:01 GET 200 https://api.example.com/x 12.3ms 1.2KB allowed http://localhost:3000"
        #expect(pretty(record()) == line + "\n")
        var failed = record()
        failed.status = 502
        failed.errorCode = .upstreamDNS
        failed.reason = ""
        failed.verdict = .notCORS
        #expect(
            pretty(failed).hasSuffix(
                " 502 https://api.example.com/x 12.3ms 1.2KB not-cors error=upstream-dns id=abc\n"
            )
        )
    }

    @Test func `the JSON line`() {
        var failed = record()
        let head =
            #"{"time":"2026-01-31T12:00:01.250Z","client":"127.0.0.1","method":"GET","#
            + #""target":"https://api.example.com/x","status":200,"durationMs":12.3,"bytesSent":1300,"#
            + #""bytesReceived":0,"cors":"allowed","reason":"http://localhost:3000","#
        #expect(json(failed) == head + #""requestId":"abc"}"# + "\n")
        failed.errorCode = .upstreamTLS
        #expect(json(failed) == head + #""error":"upstream-tls","requestId":"abc"}"# + "\n")
    }

    @Test(arguments: [
        (AccessRecord.TunnelStage.opened, " tunnel=opened", #""tunnel":"opened""#),
        (
            .ended(.upstreamLost), " tunnel=ended by=upstream-lost received=3.4KB",
            #""tunnel":"ended","ending":"upstream-lost""#
        ),
    ])
    func `a tunnel adds how far it is`(stage: AccessRecord.TunnelStage, text: String, members: String) {
        var record = record()
        (record.status, record.bytesReceived, record.tunnel) = (101, 3_500, stage)
        #expect(pretty(record).hasSuffix(" 1.2KB allowed http://localhost:3000\(text)\n"))
        #expect(
            json(record).hasSuffix(
                #","reason":"http://localhost:3000",\#(members),"requestId":"abc"}"# + "\n"
            )
        )
    }

    @Test(arguments: [
        (101, AccessRecord.Verdict.allowed, "\u{1B}[32m101\u{1B}[0m", "\u{1B}[32mallowed\u{1B}[0m"),
        (200, .allowed, "\u{1B}[32m200\u{1B}[0m", "\u{1B}[32mallowed\u{1B}[0m"),
        (304, .notCORS, "\u{1B}[36m304\u{1B}[0m", "\u{1B}[2mnot-cors\u{1B}[0m"),
        (403, .denied, "\u{1B}[33m403\u{1B}[0m", "\u{1B}[31mdenied\u{1B}[0m"),
        (502, .allowed, "\u{1B}[31m502\u{1B}[0m", "\u{1B}[32mallowed\u{1B}[0m"),
    ])
    func `colours tell class and verdict`(
        status: Int,
        verdict: AccessRecord.Verdict,
        first: String,
        second: String
    ) {
        var record = record()
        record.status = status
        record.verdict = verdict
        let line = pretty(record, coloured: true)
        #expect(line.contains(" \(first) ") && line.contains(" \(second) "))
        #expect(!pretty(record).contains("\u{1B}"))
    }

    @Test(arguments: [
        (Duration.zero, "0.0"), (.microseconds(49), "0.0"), (.microseconds(99_999), "99.9"),
        (.milliseconds(100), "100"), (.microseconds(1_234_567), "1234"), (.seconds(-1), "0.0"),
        (.seconds(Int64.max), "922337203685477580"),
    ])
    func `milliseconds have a decimal below 100`(duration: Duration, text: String) {
        var record = record()
        record.duration = duration
        #expect(pretty(record).contains(" \(text)ms "))
        #expect(json(record).contains(#""durationMs":\#(text),"#))
    }

    @Test(arguments: [
        (Int64(0), "0B"), (-1, "0B"), (1_023, "1023B"), (1_024, "1.0KB"), (1_048_575, "1023.9KB"),
        (1_048_576, "1.0MB"), (5_905_580_032, "5.5GB"), (.max, "8589934591.9GB"),
    ])
    func `sizes have a unit`(size: Int64, text: String) {
        var record = record()
        record.bytesSent = size
        #expect(pretty(record).contains(" \(text) allowed"))
    }

    @Test func `nothing from the wire drives a terminal or breaks a line`() throws {
        let hostile = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init)))
        var record = record(target: hostile)
        (record.timestamp, record.client, record.method) = (hostile, hostile, hostile)
        (record.reason, record.requestID, record.errorCode) = (hostile, hostile, .internal)
        let line = pretty(record)
        #expect(line.utf8.dropLast().allSatisfy { 0x20...0x7E ~= $0 })
        #expect(line.contains(#"\x1b"#) && line.contains(#"[\\]"#) && line.contains(#"\xc2\x9b"#))
        let object = json(record)
        #expect(
            object.unicodeScalars.dropLast().allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0 ~= $0.value) }
        )
        let parsed = try #require(JSONSerialization.jsonObject(with: Data(object.utf8)) as? [String: Any])
        #expect(parsed["reason"] as? String == hostile)
    }

    @Test func `a time that is not ISO 8601 is shown whole`() {
        var record = record()
        record.timestamp = "noon"
        #expect(pretty(record).hasPrefix("noon GET"))
    }

    @Test(arguments: [
        ("https://h/x?secret", "https://h/x"), ("/https://h/x?secret", "/https://h/x"), ("/x#secret", "/x"),
        ("https://u:secret@h/x", "https://h/x"), ("/https://u:secret@h/x", "/https://h/x"),
        ("/u:secret@h/x", "/h/x"), ("u:secret@h", "h"), ("/http:/u:secret@h/x", "/http:/h/x"),
        ("/http:u:secret@h/x", "/h/x"), ("///u:secret@h", "///h"),
        ("/https:\\\\u:secret@h/", "/https:\\\\h/"),
        ("/https://u:secret%40h/x", "/https://h/x"), ("/https://a@u:secret@h", "/https://h"),
        ("/https://p/https://u:secret@h/", "/https://p/https://h/"), ("/secret@", "/"),
        ("https://h/@scope/pkg", "https://h/@scope/pkg"), ("https://h/a%40b/%", "https://h/a%40b/%"),
        ("/weather/@x", "/weather/@x"), ("", ""), ("*", "*"), ("https://h/%4", "https://h/%4"),
    ])
    func `query, fragment and userinfo are not kept`(target: String, kept: String) {
        let record = record(target: target)
        #expect(record.target == kept)
        #expect(!pretty(record).contains("secret") && !json(record).contains("secret"))
    }
}
