import Testing

@testable import ProxyCore

@Suite struct CombinedFormatTests {
    private func record(
        requestTarget: String = "/https://api.example.com/x?key=secret",
        referer: String = "",
        userAgent: String = ""
    ) -> AccessRecord {
        AccessRecord(
            timestamp: "2026-11-21T13:41:09.250Z",
            client: "127.0.0.1",
            method: "GET",
            target: "https://api.example.com/x",
            status: 200,
            duration: .milliseconds(1),
            bytesSent: 1_300,
            bytesReceived: 0,
            verdict: .allowed,
            reason: "",
            requestID: "abc",
            requestTarget: requestTarget,
            referer: referer,
            userAgent: userAgent
        )
    }

    private func line(_ record: AccessRecord) -> String {
        var bytes: [UInt8] = []
        record.writeCombined(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private let start = "127.0.0.1 - - [21/Nov/2026:13:41:09 +0000] "

    @Test func `the combined line`() {
        let full = record(referer: "https://u:p@app.example/page?q=1#f", userAgent: "curl/8.0")
        #expect(
            line(full) == start
                + #""GET /https://api.example.com/x HTTP/1.1" 200 1300 "https://app.example/page" "curl/8.0""#
                + "\n"
        )
    }

    @Test func `what is absent is a hyphen, and no response is 499`() {
        var unread = record(requestTarget: "")
        unread.method = ""
        unread.status = 0
        unread.bytesSent = 0
        #expect(line(unread) == start + #""-" 499 0 "-" "-""# + "\n")
        var old = record()
        old.isOldVersion = true
        #expect(line(old).contains(" HTTP/1.0\" 200 "))
    }

    @Test func `no byte from the wire ends a part or a line`() {
        let hostile = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init)))
        var record = record(requestTarget: "/" + hostile, referer: hostile, userAgent: hostile)
        record.method = hostile
        record.client = hostile
        let bytes = line(record).utf8
        #expect(bytes.dropLast().allSatisfy { 0x20...0x7E ~= $0 })
        #expect(bytes.count { $0 == UInt8(ascii: "\"") } == 6)
        #expect(line(record).contains(#"\x22"#) && line(record).contains(#"\x5c"#))
    }

    @Test(
        arguments: zip(
            1...12,
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        )
    )
    func `months have their English names`(month: Int, name: String) {
        var record = record()
        record.timestamp = "2026-\(month < 10 ? "0" : "")\(month)-05T01:02:03.004Z"
        #expect(line(record).contains("[05/\(name)/2026:01:02:03 +0000]"))
    }
}
