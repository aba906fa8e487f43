import ProxyCore
import Testing

@testable import ProxyServer

struct TunnelFiguresTests {
    @Test func `figures of shards add up, and each reason has its series`() {
        var first = TunnelFigures()
        for _ in 0..<3 { first.begin() }
        first.end(.client)
        first.pass(received: 5, sent: 70)
        var second = TunnelFigures()
        second.begin()
        second.end(.client)
        second.pass(received: 1, sent: 2)
        first.add(second)

        var text = MetricsText()
        text.write(first)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").filter {
            !$0.hasPrefix("#")
        }
        #expect(
            lines == [
                "corsway_tunnels 2", "corsway_tunnels_opened_total 4",
                #"corsway_tunnels_ended_total{reason="client"} 2"#,
            ]
                + ["upstream", "client-lost", "upstream-lost", "idle", "policy", "drain"].map {
                    "corsway_tunnels_ended_total{reason=\"\($0)\"} 0"
                } + [
                    #"corsway_tunnel_bytes_total{direction="received"} 6"#,
                    #"corsway_tunnel_bytes_total{direction="sent"} 72"#,
                ]
        )
    }
}
