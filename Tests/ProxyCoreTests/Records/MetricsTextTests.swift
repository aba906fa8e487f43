import ProxyCore
import Testing

@Suite struct MetricsTextTests {
    @Test func `a family has its help, its type and its samples`() {
        var text = MetricsText()
        text.family("corsway_a_total", .counter, "How many.")
        text.sample(3)
        text.sample([("route", "/x"), ("code", "200")], 4)
        text.family("corsway_b_seconds", .gauge, "How long.")
        text.sample(nanoseconds: 1_000_000_005)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
        #expect(
            lines == [
                "# HELP corsway_a_total How many.", "# TYPE corsway_a_total counter", "corsway_a_total 3",
                #"corsway_a_total{route="/x",code="200"} 4"#,
                "# HELP corsway_b_seconds How long.", "# TYPE corsway_b_seconds gauge",
                "corsway_b_seconds 1.000000005",
            ]
        )
    }

    @Test func `the value of a label cannot leave its quotes`() {
        var text = MetricsText()
        text.family("a", .gauge, "x")
        text.sample([("l", "a\"b\\c\nd")], 1)
        #expect(String(decoding: text.bytes, as: UTF8.self).hasSuffix(#"a{l="a\"b\\c\nd"} 1"# + "\n"))
    }

    @Test func `the buckets of a histogram grow, and the last one is its count`() {
        var histogram = Histogram()
        for nanoseconds in [0, 100_000, 100_001, 60_000_000_000, 60_000_000_001] as [UInt64] {
            histogram.observe(nanoseconds: nanoseconds)
        }
        var text = MetricsText()
        text.family("d", .histogram, "x")
        text.sample(histogram)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines[2] == #"d_bucket{le="0.0001"} 2"#)
        #expect(lines[3] == #"d_bucket{le="0.00025"} 3"#)
        #expect(
            lines.suffix(4) == [
                #"d_bucket{le="60"} 4"#, #"d_bucket{le="+Inf"} 5"#, "d_sum 120.000200002", "d_count 5",
            ]
        )
    }

    @Test func `the bounds rise, and their texts are their values`() {
        for (index, bound) in Histogram.bounds.enumerated() {
            #expect(Double(bound.seconds) == Double(bound.nanoseconds) / 1e9)
            if index > 0 { #expect(Histogram.bounds[index - 1].nanoseconds < bound.nanoseconds) }
        }
    }
}
