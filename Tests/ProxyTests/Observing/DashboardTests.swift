import Foundation
import TestSupport
import Testing

/// The dashboard and the alerts in deploy/ know the metrics as they are.
@Suite struct DashboardTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appendingPathComponent(path)), as: UTF8.self)
    }

    /// The names of metrics in a text, those of a histogram's samples as the histogram's.
    private static func names(in text: String) -> Set<String> {
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        let metrics = words.filter { $0.hasPrefix("corsway_") || $0.hasPrefix("process_") }
        return Set(
            metrics.map { word in
                word.hasSuffix("_bucket") ? String(word.dropLast("_bucket".count)) : String(word)
            }
        )
    }

    @Test(arguments: ["deploy/grafana/corsway.json", "deploy/prometheus/rules.yml"])
    func `every metric that is used is there`(path: String) throws {
        let proxy = try ProxyProcess("{\(Admin.config)}")
        _ = try proxy.request("GET", "iscorsneeded")
        let families = try Admin(of: proxy).metrics().families
        let used = Self.names(in: try Self.text(path))
        #expect(used.count >= 6)
        #expect(used.subtracting(families).isEmpty, "\(used.subtracting(families))")
        guard path.hasSuffix("json") else { return }
        let shown = families.subtracting(["process_virtual_memory_bytes"])
        #expect(shown.subtracting(used).isEmpty, "\(shown.subtracting(used)) on no panel")
    }

    @Test func `the dashboard is one that Grafana 10 imports`() throws {
        let dashboard = try JSONText.object(Self.text("deploy/grafana/corsway.json").utf8)
        #expect(dashboard["schemaVersion"] as? Int == 38)
        #expect(dashboard["uid"] as? String == "corsway")
        #expect(dashboard["id"] == nil)
        let panels = try #require(dashboard["panels"] as? [[String: Any]])
        let identifiers = panels.compactMap { $0["id"] as? Int }
        #expect(Set(identifiers).count == panels.count)
        for panel in panels {
            let source = try #require(panel["datasource"] as? [String: String])
            #expect(source["uid"] == "${datasource}")
            let targets = try #require(panel["targets"] as? [[String: Any]])
            #expect(!targets.isEmpty && targets.allSatisfy { $0["expr"] is String })
        }
    }

    @Test func `promtool takes every query of the dashboard, and the alerts`() throws {
        let dashboard = try JSONText.object(Self.text("deploy/grafana/corsway.json").utf8)
        let panels = dashboard["panels"] as? [[String: Any]] ?? []
        let queries = panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }.compactMap {
            $0["expr"] as? String
        }
        var rules = "groups:\n  - name: dashboard\n    rules:\n"
        for (index, query) in queries.enumerated() {
            let plain = query.replacing("$__rate_interval", with: "5m").replacing("$instance", with: ".*")
                .replacing("$route", with: ".*")
            rules += "      - record: query:\(index)\n        expr: '\(plain)'\n"
        }
        let folder = try TemporaryFolder()
        try run("promtool", ["check", "rules", try folder.write(rules, to: "dashboard.yml")])
        let alerts = Self.root.appendingPathComponent("deploy/prometheus/rules.yml").path
        #expect(try run("promtool", ["check", "rules", alerts]).contains("7 rules found"))
        #expect(queries.count > 30)
    }
}
