import CORSPolicy
import HTTPSyntax
import ProxyCore
import Sockets

extension MetricsText {
    /// Writes what the shards have counted.
    mutating func write(_ figures: ShardFigures) {
        writeRequests(figures)
        writeRefusals(figures)
        writeFaults(figures)
        writeDurations(figures)
        writeBytes(figures)
        write(figures.tunnels)
        writeUpstream(figures)
        writeDials(figures)
        writeLoops(figures.gauges.loop)
    }

    private mutating func writeLoops(_ loops: LoopFigures) {
        family(
            "corsway_loop_slow_rounds_total",
            .counter,
            "Rounds of the event loops that kept everything else waiting for more than so many seconds."
        )
        for (bound, count) in zip(["0.001", "0.01", "0.1"], loops.slow) { sample([("over", bound)], count) }
        family("corsway_loop_longest_round_seconds", .gauge, "The longest such round since the start.")
        sample(nanoseconds: loops.longest)
        family(
            "corsway_loop_delayed_rounds_total",
            .counter,
            "Rounds over a millisecond only because the machine ran something else meanwhile."
        )
        sample(loops.delayed)
    }

    private mutating func writeRequests(_ figures: ShardFigures) {
        family(
            "corsway_requests_total",
            .counter,
            "Requests by route, status (0 where none was sent) and the CORS policy's verdict."
        )
        for route in figures.routes {
            for each in route.responses {
                let labels = [
                    ("route", route.label), ("code", each.status < 0 ? "other" : "\(each.status)"),
                    ("cors", each.verdict.rawValue),
                ]
                sample(labels, each.count)
            }
        }
    }

    private mutating func writeRefusals(_ figures: ShardFigures) {
        family(
            "corsway_refused_total",
            .counter,
            "Requests that the proxy refused, by the code of its error and whose fault that is."
        )
        for code in ErrorCode.allCases where code.side != .upstream {
            sample([("reason", code.rawValue), ("side", code.side.rawValue)], figures.errors[code] ?? 0)
        }
        family(
            "corsway_upstream_errors_total",
            .counter,
            "Requests that an upstream or the way to it failed, by the code of the error."
        )
        for code in ErrorCode.allCases where code.side == .upstream {
            sample([("reason", code.rawValue)], figures.errors[code] ?? 0)
        }
        family("corsway_cors_denied_total", .counter, "Requests that the CORS policy denies, by its reason.")
        for name in CORSRefusal.names + PreflightMismatch.names {
            sample([("reason", name)], figures.denials[name] ?? 0)
        }
    }

    private mutating func writeFaults(_ figures: ShardFigures) {
        family(
            "corsway_syntax_errors_total",
            .counter,
            "Messages that break a rule of HTTP, by who sent them and by the rule; those that were never broken are left out."
        )
        for (side, faults) in [("client", figures.clientFaults), ("upstream", figures.upstreamFaults)] {
            for rule in SyntaxError.allCases {
                guard let count = faults[rule] else { continue }
                sample([("side", side), ("rule", rule.name)], count)
            }
        }
        let interim = figures.interimResponses
        family(
            "corsway_upstream_interim_responses_total",
            .counter,
            "Interim responses of upstreams, which are not passed on."
        )
        sample([("code", "100")], interim.continues)
        sample([("code", "102")], interim.processing)
        sample([("code", "103")], interim.earlyHints)
        sample([("code", "other")], interim.others)
    }

    private mutating func writeDurations(_ figures: ShardFigures) {
        let families: [(String, String, KeyPath<ShardFigures.RouteFigures, Histogram>)] = [
            (
                "corsway_request_duration_seconds", "From a request's head to the end of its response.",
                \.total
            ),
            (
                "corsway_proxy_duration_seconds",
                "What the proxy itself took until the response's head was written.", \.proxy
            ),
            (
                "corsway_upstream_duration_seconds",
                "From taking an upstream connection to the response's head, all redirects followed included.",
                \.upstream
            ),
        ]
        for (name, help, histogram) in families {
            family(name, .histogram, help)
            // A thousand routes would be four megabytes: one that has counted nothing is left out.
            for route in figures.routes where route[keyPath: histogram].count > 0 {
                sample([("route", route.label)], route[keyPath: histogram])
            }
        }
    }

    private mutating func writeBytes(_ figures: ShardFigures) {
        family("corsway_request_body_bytes_total", .counter, "Bytes of request bodies from clients.")
        for route in figures.routes where route.total.count > 0 {
            sample([("route", route.label)], route.requestBytes)
        }
        family("corsway_response_body_bytes_total", .counter, "Bytes of response bodies to clients.")
        for route in figures.routes where route.total.count > 0 {
            sample([("route", route.label)], route.responseBytes)
        }
    }

    private mutating func writeUpstream(_ figures: ShardFigures) {
        let pool = figures.gauges.pool
        family("corsway_upstream_connections", .gauge, "Connections to upstreams.")
        sample([("state", "in_use")], pool.inUse)
        sample([("state", "idle")], pool.idle)
        sample([("state", "dialing")], pool.dialing)
        family(
            "corsway_upstream_waiting",
            .gauge,
            "Requests that wait for upstream.maxConnectionsPerHost or limits.upstreamConnections."
        )
        sample(pool.waiting)
        family("corsway_curl_easy_handles", .gauge, "Easy handles of libcurl in use.")
        sample(pool.easyHandles)
        family("corsway_upstream_dials_total", .counter, "Attempts to connect to upstreams.")
        sample([("result", "success")], pool.opened)
        sample([("result", "failure")], pool.failed)
        family(
            "corsway_upstream_reuses_total",
            .counter,
            "Requests that got a connection from the pool in place of a new one."
        )
        sample(pool.reused)
        family(
            "corsway_upstream_evictions_total",
            .counter,
            "Unused connections to upstreams that were closed to make room."
        )
        sample(pool.evicted)
    }

    private mutating func writeDials(_ figures: ShardFigures) {
        family("corsway_upstream_dns_seconds", .histogram, "libcurl's time to look up a name.")
        sample(figures.lookup)
        family(
            "corsway_upstream_connect_seconds",
            .histogram,
            "libcurl's time to connect, after the look-up."
        )
        sample(figures.connect)
        family("corsway_upstream_tls_seconds", .histogram, "libcurl's time for the TLS handshake.")
        sample(figures.handshake)
        family(
            "corsway_upstream_tls_resumptions_total",
            .counter,
            "TLS handshakes with upstreams that resumed a session."
        )
        sample(figures.resumptions)
    }
}
