/// The samples of a text in Prometheus' format, for tests to look up.
package struct MetricsReading: Sendable {
    /// The values by the sample as it is written, labels included.
    package private(set) var values: [String: Double] = [:]
    /// The names of all families.
    package private(set) var families: Set<String> = []

    package init(_ text: String) {
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                families.insert(line.split(separator: " ")[2].description)
            } else if !line.hasPrefix("#"), let space = line.lastIndex(of: " ") {
                values[String(line[..<space])] = Double(line[line.index(after: space)...])
            }
        }
    }

    /// The value of one sample; 0 where there is none.
    package subscript(_ sample: String) -> Double { values[sample] ?? 0 }

    /// The sum of all samples of a family that have these labels.
    package func sum(_ family: String, _ labels: String...) -> Double {
        values.filter { sample, _ in
            (sample == family || sample.hasPrefix(family + "{")) && labels.allSatisfy { sample.contains($0) }
        }.values.reduce(0, +)
    }
}
