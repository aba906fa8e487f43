import ProxyCore

extension MetricsText {
    /// Writes what the shards have counted of their tunnels.
    mutating func write(_ tunnels: TunnelFigures) {
        family("corsway_tunnels", .gauge, "Tunnels that are open: WebSockets.")
        sample(tunnels.open)
        family("corsway_tunnels_opened_total", .counter, "Tunnels that were opened.")
        sample(tunnels.opened)
        family("corsway_tunnels_ended_total", .counter, "Tunnels that have ended, by what ended them.")
        for ending in TunnelEnding.allCases {
            sample([("reason", ending.rawValue)], tunnels.count(of: ending))
        }
        family(
            "corsway_tunnel_bytes_total",
            .counter,
            "Bytes through tunnels: received from clients and sent to them."
        )
        sample([("direction", "received")], tunnels.received)
        sample([("direction", "sent")], tunnels.sent)
    }
}
