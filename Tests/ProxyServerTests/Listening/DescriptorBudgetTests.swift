import Configuration
import Testing

@testable import ProxyServer

@Suite struct DescriptorBudgetTests {
    private func budget(_ limit: Int, _ change: (inout LimitsSettings) -> Void = { _ in }) -> DescriptorBudget
    {
        var settings = LimitsSettings()
        change(&settings)
        return DescriptorBudget(of: limit, shards: 2, settings)
    }

    @Test(arguments: [256, 512, 1_024, 4_096, 65_536, 1 << 20])
    func `all uses together keep to the limit, and clients have their half`(limit: Int) {
        let budget = budget(limit)
        let turnedAway = min(64, limit / 32)
        let lookups = 2 * 3 * budget.lookups
        #expect(64 + budget.clients + budget.upstreams + budget.admin + turnedAway + lookups <= limit)
        #expect(budget.clients == min(10_000, (limit - 64) / 2))
        #expect(budget.upstreams > limit / 8 || budget.upstreams == 10_000)
        #expect(budget.warnings(LimitsSettings()).isEmpty)
    }

    @Test func `few clients leave more to upstreams, as much as is of use`() {
        #expect(budget(1_024) { $0.connections = 100 }.upstreams > 600)
        #expect(budget(1 << 20) { $0.connections = 100 }.upstreams == 1_000)
        #expect(budget(1 << 20).upstreams == 10_000)
    }

    @Test func `a number that somebody wrote holds, and is lowered with a warning where it cannot`() {
        var settings = LimitsSettings()
        settings.upstreamConnections = 50
        #expect(DescriptorBudget(of: 1_024, shards: 2, settings).upstreams == 50)
        settings.upstreamConnections = 500
        settings.connections = 600
        let budget = DescriptorBudget(of: 1_024, shards: 2, settings)
        #expect(
            budget.warnings(settings) == [
                "limits.connections is lowered from 600 to 480: raise the limit of open files.",
                "limits.upstreamConnections is lowered from 500 to \(budget.upstreams): raise the limit of open files.",
            ]
        )
    }

    @Test(arguments: [1, 16, 64])
    func `where there is next to nothing each use has a little`(limit: Int) {
        let budget = budget(limit)
        #expect(budget.clients >= 1 && budget.upstreams >= 4 && budget.lookups >= 4 && budget.admin >= 4)
    }
}
