import TestSupport
import Testing

/// International names as browsers write them: percent-encoded.
@Suite struct InternationalTargetTests {
    private static let ascii = "xn--bcher-kva.example"

    private static func proxy(_ upstream: ScriptedUpstream, _ more: String = "") throws -> ProxyProcess {
        try ProxyProcess(
            "{\"upstream\": {\"hosts\": {\"\(ascii)\": \"\(upstream.authority)\"}}\(more)}"
        )
    }

    @Test(arguments: [
        "http://b%C3%BCcher.example/x?%C3%BC", "http://B%C3%9CCHER.EXAMPLE/x?%C3%BC",
        "http://xn--bcher-kva.example/x?%C3%BC",
    ])
    func `the target sees the ASCII form, and so does the page`(target: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let response = try Self.proxy(upstream).request("GET", target, [origin(Policy.local)])
        #expect(response.text == "ok", "\(response)")
        #expect(upstream.requests.first?.values(of: "Host") == [Self.ascii])
        #expect(upstream.targets == ["/x?%C3%BC"])
        #expect(response.value(of: "X-Request-URL") == "http://\(Self.ascii)/x?%C3%BC")
    }

    @Test func `without a scheme the public suffix of the ASCII form counts`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let hosts = "\"xn--bcher-kva.com\": \"\(upstream.authority)\""
        let proxy = try ProxyProcess("{\"upstream\": {\"hosts\": {\(hosts)}}}")
        #expect(try proxy.request("GET", "b%C3%BCcher.com/x").text == "ok")
        #expect(try proxy.request("GET", "b%C3%BCcher.nosuchsuffix/x").errorCode == "target-host")
    }

    @Test func `patterns see the ASCII form`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let targets = { (key: String) in
            ", \"prefix\": {\"targets\": {\"\(key)\": [\"\(Self.ascii)\"]}}"
        }
        let asked = "http://b%C3%BCcher.example/"
        #expect(try Self.proxy(upstream, targets("allow")).request("GET", asked).text == "ok")
        #expect(try Self.proxy(upstream, targets("deny")).request("GET", asked).errorCode == "target-denied")
    }

    /// Fullwidth signs, and names that are forms of addresses once they are in ASCII.
    @Test(arguments: [
        "a\u{FF0F}b.example", "a\u{FF1A}80", "u\u{FF20}h.example", "\u{FF11}\u{FF12}\u{FF17}.0.0.1",
        "\u{FF11}",
        "127.0.0.\u{FF11}", "0x7f.\u{FF11}", "\u{2488}0.0.1", "\u{2100}.example", "a\u{FF05}41.example",
        "a\u{2024}\u{2024}b",
        "a_\u{FC}.example", "\u{FF11}\u{3002}2",
    ])
    func `what is no name in ASCII is refused`(host: String) throws {
        let encoded = host.utf8.map {
            $0 < 0x80 ? String(Unicode.Scalar($0)) : "%" + String($0, radix: 16, uppercase: true)
        }
        .joined()
        let response = try ProxyProcess().request("GET", "http://\(encoded)/", [origin(Policy.local)])
        #expect(response.status == 400, "\(response)")
        #expect(response.errorCode?.hasPrefix("target-") == true)
    }

    @Test func `a name that becomes a loopback name is asked as one`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        // A fullwidth "l": the guard decides by the address, and patterns see "localhost".
        let asked = "http://%EF%BD%8Cocalhost:\(upstream.port)/"
        #expect(try ProxyProcess().request("GET", asked).text == "ok")
        let closed = try ProxyProcess(#"{"prefix": {"targets": {"deny": ["localhost"]}}}"#)
        #expect(try closed.request("GET", asked).errorCode == "target-denied")
        let guarded = try ProxyProcess(#"{"guard": {"allowPrivateNetworks": false}}"#)
        #expect(try guarded.request("GET", asked).errorCode == "private-address")
    }
}
