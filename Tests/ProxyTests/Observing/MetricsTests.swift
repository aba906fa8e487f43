import Foundation
import TestSupport
import Testing

/// What the metrics count.
@Suite struct MetricsTests {
    private static func proxy(_ upstream: ScriptedUpstream, _ more: String = "") throws -> ProxyProcess {
        try ProxyProcess(
            """
            {\(Admin.config), "shards": 2, "cors": \(Policy.list),
             "routes": [{"name": "api", "path": "/api/", "target": "\(upstream.url("/"))"},
                        {"path": "/plain/", "target": "\(upstream.url("/"))"},
                        {"name": "none", "path": "/named/", "target": "\(upstream.url("/"))"}]\(more)}
            """
        )
    }

    @Test func `promtool finds nothing to say about them`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try Self.proxy(upstream)
        _ = try proxy.request("GET", "api/x")
        _ = try proxy.request("GET", upstream.url("/"))
        let folder = try TemporaryFolder()
        let text = try Admin(of: proxy).request("/metrics").text
        let file = try folder.write(text, to: "metrics.txt")
        try run("/bin/sh", ["-c", "promtool check metrics < '\(file)' 2>&1"])
        #expect(text.contains("# TYPE corsway_requests_total counter"))
    }

    @Test func `requests are counted by route, status and verdict`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("hello") }
        let proxy = try Self.proxy(upstream)
        _ = try proxy.request("GET", "api/x", [origin(Policy.app)])
        _ = try proxy.request("GET", "api/x", [origin(Policy.stranger)])
        _ = try proxy.request("PUT", "plain/x", [origin(Policy.app)], body: "four")
        _ = try proxy.request("GET", upstream.url("/"))
        _ = try proxy.request("GET", "iscorsneeded")
        _ = try proxy.request("GET", "named/x")
        let admin = try Admin(of: proxy)
        let metrics = try admin.metrics("six requests") { $0.sum("corsway_requests_total") == 6 }
        for sample in [
            #"{route="api",code="200",cors="allowed"}"#, #"{route="api",code="403",cors="denied"}"#,
            #"{route="/plain/",code="200",cors="allowed"}"#, #"{route="prefix",code="200",cors="not-cors"}"#,
            #"{route="none",code="200",cors="not-cors"}"#, #"{route="/named/",code="200",cors="not-cors"}"#,
        ] {
            #expect(metrics["corsway_requests_total\(sample)"] == 1, "\(sample)")
        }
        #expect(metrics[#"corsway_request_body_bytes_total{route="/plain/"}"#] == 4)
        #expect(metrics[#"corsway_response_body_bytes_total{route="prefix"}"#] == 5)
        #expect(metrics[#"corsway_cors_denied_total{reason="origin-denied"}"#] == 1)
        #expect(metrics[#"corsway_refused_total{reason="origin-denied",side="policy"}"#] == 1)
        for name in ["request", "proxy"] {
            #expect(metrics["corsway_\(name)_duration_seconds_count{route=\"api\"}"] == 2)
        }
        #expect(metrics[#"corsway_upstream_duration_seconds_count{route="api"}"#] == 1)
    }

    @Test func `nothing that a client sends becomes a label`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try Self.proxy(upstream)
        let admin = try Admin(of: proxy)
        // What has counted nothing is left out.
        _ = try proxy.request("GET", "unheard", [origin("https://unheard.example")])
        _ = try proxy.request("UNHEARD", "api/unheard?unheard")
        let before = try admin.metrics("both") { $0.sum("corsway_requests_total") == 2 }.values.count
        for number in 0..<20 {
            _ = try proxy.request("GET", "unheard-\(number)", [origin("https://unheard-\(number).example")])
            _ = try proxy.request("UNHEARD\(number)", "api/unheard-\(number)?unheard")
        }
        let metrics = try admin.metrics("all") { $0.sum("corsway_requests_total") == 42 }
        #expect(!metrics.values.keys.contains { $0.lowercased().contains("unheard") })
        #expect(metrics.values.count <= before + 4)
    }

    @Test func `a route that has counted nothing has no series`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try Self.proxy(upstream)
        let admin = try Admin(of: proxy)
        #expect(try !admin.metrics().values.keys.contains { $0.contains("route=") })
        _ = try proxy.request("GET", "api/x")
        _ = try proxy.request("GET", "nowhere")
        let metrics = try admin.metrics("both") { $0.sum("corsway_requests_total") == 2 }
        let routes = Set(
            metrics.values.keys.compactMap { $0.firstMatch(of: /route="([^"]*)"/).map { String($0.1) } }
        )
        #expect(routes == ["api", "none"])
        let upstreamTimes = metrics.values.keys.filter {
            $0.hasPrefix("corsway_upstream_duration_seconds_count")
        }
        #expect(upstreamTimes == [#"corsway_upstream_duration_seconds_count{route="api"}"#])
    }

    @Test func `many scrapes at once each get a whole page`() throws {
        let proxy = try ProxyProcess("{\(Admin.config)}")
        let admin = try Admin(of: proxy)
        let clients = try (0..<20).map { _ in try RawClient(port: admin.port) }
        for client in clients {
            try client.send("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        }
        // One that leaves at once takes nothing from the others.
        clients[3].socket.reset()
        for (number, client) in clients.enumerated() where number != 3 {
            let response = try client.readResponse()
            #expect(response.status == 200 && response.text.contains("process_max_fds"))
        }
        let client = try RawClient(port: admin.port)
        try client.send(
            "HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        )
        #expect(try client.readResponse(to: "HEAD").status == 200)
        #expect(try client.readResponse().text == "ok\n")
    }

    @Test func `refusals and upstream errors have their reason`() throws {
        let upstream = try ScriptedUpstream { $0.close() }
        let proxy = try Self.proxy(upstream, #", "limits": {"rate": {"requests": 4, "per": "1h"}}"#)
        _ = try proxy.request("GET", "http://10.0.0.1/")
        _ = try proxy.request("GET", upstream.url("/"))
        _ = try proxy.request("GET", "ftp://a.example/")
        _ = try proxy.request(
            "OPTIONS",
            "api/x",
            [origin(Policy.app), "Access-Control-Request-Method: PATCH"]
        )
        for _ in 0..<3 { _ = try proxy.request("GET", "http://10.0.0.1/") }
        let admin = try Admin(of: proxy)
        let metrics = try admin.metrics("all") { $0.sum("corsway_requests_total") == 7 }
        #expect(metrics[#"corsway_refused_total{reason="private-address",side="target"}"#] == 3)
        #expect(metrics[#"corsway_refused_total{reason="rate-limited",side="policy"}"#] == 1)
        #expect(metrics.sum("corsway_refused_total", "side=\"target\"") == 4)
        #expect(metrics[#"corsway_upstream_errors_total{reason="upstream-closed"}"#] == 1)
        #expect(metrics[#"corsway_cors_denied_total{reason="preflight-method"}"#] == 1)
    }

    @Test func `interim responses of upstreams are counted, and so many statuses told apart as there may be`()
        throws
    {
        let upstream = try ScriptedUpstream { request in
            let status = Int(request.target.dropFirst()) ?? 200
            return
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
                + "HTTP/1.1 199 Odd\r\n\r\nHTTP/1.1 \(status) OK\r\nContent-Length: 0\r\n\r\n"
        }
        let proxy = try Self.proxy(upstream)
        let client = try proxy.connect()
        for status in 200..<300 where status != 204 {
            try client.send(proxy.head("GET", upstream.url("/\(status)")))
            #expect(try client.readResponse().status == status)
        }
        let metrics = try Admin(of: proxy).metrics("all") { $0.sum("corsway_requests_total") == 99 }
        #expect(metrics[#"corsway_upstream_interim_responses_total{code="103"}"#] == 198)
        #expect(metrics[#"corsway_upstream_interim_responses_total{code="102"}"#] == 99)
        #expect(metrics[#"corsway_upstream_interim_responses_total{code="100"}"#] == 0)
        #expect(metrics[#"corsway_upstream_interim_responses_total{code="other"}"#] == 99)
        #expect(metrics[#"corsway_requests_total{route="prefix",code="other",cors="not-cors"}"#] == 35)
    }

    @Test func `upstream time is the upstream's, proxy time the proxy's`() throws {
        let upstream = try ScriptedUpstream { _ in
            let due = Deadline(in: .milliseconds(300))
            try eventually("the answer is due") { due.hasPassed }
            return Answer.text("late")
        }
        let proxy = try Self.proxy(upstream)
        _ = try proxy.request("GET", "api/x")
        let metrics = try Admin(of: proxy).metrics("one") { $0.sum("corsway_requests_total") == 1 }
        #expect(metrics[#"corsway_upstream_duration_seconds_sum{route="api"}"#] >= 0.3)
        #expect(metrics[#"corsway_request_duration_seconds_sum{route="api"}"#] >= 0.3)
        let own = metrics[#"corsway_proxy_duration_seconds_sum{route="api"}"#]
        #expect(own > 0 && own < 0.3)
    }

    @Test func `connections on both sides are counted, and reused ones too`() throws {
        let answers = Latch()
        let upstream = try ScriptedUpstream { request in
            if request.target == "/held" { try answers.wait() }
            return Answer.text("ok")
        }
        let proxy = try Self.proxy(upstream)
        let admin = try Admin(of: proxy)
        let client = try proxy.connect()
        for _ in 0..<3 {
            try client.send(proxy.head("GET", upstream.url("/")))
            _ = try client.readResponse()
        }
        var metrics = try admin.metrics("idle") { $0[#"corsway_upstream_connections{state="idle"}"#] == 1 }
        #expect(metrics[#"corsway_connections{state="idle"}"#] == 1)
        #expect(metrics[#"corsway_upstream_dials_total{result="success"}"#] == 1)
        #expect(metrics["corsway_upstream_reuses_total"] == 2)
        #expect(metrics["corsway_upstream_connect_seconds_count"] == 1)
        try client.send(proxy.head("GET", upstream.url("/held")))
        metrics = try admin.metrics("in use") { $0[#"corsway_upstream_connections{state="in_use"}"#] == 1 }
        #expect(metrics[#"corsway_connections{state="active"}"#] == 1)
        #expect(metrics[#"corsway_upstream_connections{state="idle"}"#] == 0)
        answers.open()
        _ = try client.readResponse()
        client.socket.close()
        metrics = try admin.metrics("gone") { $0.sum("corsway_connections") == 0 }
        #expect(metrics["corsway_connections_accepted_total"] == 1)
        #expect(metrics["corsway_curl_easy_handles"] == 0)
    }

    @Test func `the process and its build are told of`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try Self.proxy(upstream)
        let metrics = try Admin(of: proxy).metrics()
        #expect(metrics["process_resident_memory_bytes"] > 1_000_000)
        #expect(metrics["process_cpu_seconds_total"] > 0)
        #expect(metrics["process_open_fds"] > 3 && metrics["process_open_fds"] < metrics["process_max_fds"])
        #expect(abs(metrics["process_start_time_seconds"] - Date().timeIntervalSince1970) < 600)
        let build = try #require(metrics.values.keys.first { $0.hasPrefix("corsway_build_info") })
        #expect(
            build.contains("version=\"0.") && build.contains("libcurl=\"7.") || build.contains("libcurl=\"8.")
        )
    }

    @Test func `lines that a full disk has swallowed are counted`() throws {
        let proxy = try ProxyProcess(#"{\#(Admin.config), "log": {"file": "/dev/full"}}"#)
        for _ in 0..<5 { #expect(try proxy.request("GET", "iscorsneeded").status == 200) }
        try Admin(of: proxy).metrics("lost lines") { $0["corsway_log_lines_lost_total"] >= 5 }
    }
}
