/// Metrics in Prometheus' text format 0.0.4, written family by family.
public struct MetricsText: Sendable {
    /// What a family's samples are.
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// A label of a sample; any text may be its value.
    public typealias Label = (name: String, value: String)

    /// The text so far.
    public private(set) var bytes: [UInt8] = []
    private var name = ""

    /// Makes an empty text.
    public init() {}

    /// Starts a family; the samples that follow are its own.
    ///
    /// - Parameter help: One line.
    public mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        write("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
    }

    /// Adds a sample with a whole number.
    public mutating func sample(_ labels: [Label], _ value: Int) {
        sample(suffix: "", labels, "\(value)")
    }

    /// Adds the only sample of a family.
    public mutating func sample(_ value: Int) {
        sample([], value)
    }

    /// Adds the histogram of a family that has only one.
    public mutating func sample(_ histogram: Histogram) {
        sample([], histogram)
    }

    /// Adds a sample of a duration, in seconds.
    public mutating func sample(nanoseconds: UInt64) {
        sample(suffix: "", [], Self.seconds(nanoseconds))
    }

    /// Adds the samples of a histogram.
    public mutating func sample(_ labels: [Label], _ histogram: Histogram) {
        var below = 0
        for (bound, count) in zip(Histogram.bounds.map(\.seconds) + ["+Inf"], histogram.counts) {
            below += count
            sample(suffix: "_bucket", labels + [("le", bound)], "\(below)")
        }
        sample(suffix: "_sum", labels, Self.seconds(histogram.sum))
        sample(suffix: "_count", labels, "\(below)")
    }

    private mutating func sample(suffix: String, _ labels: [Label], _ value: String) {
        write(name)
        write(suffix)
        for (index, label) in labels.enumerated() {
            write(index == 0 ? "{" : ",")
            write(label.name)
            write("=\"")
            writeEscaped(label.value)
            write("\"")
        }
        write(labels.isEmpty ? " " : "} ")
        write(value)
        write("\n")
    }

    private mutating func write(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func writeEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): write(#"\\"#)
            case UInt8(ascii: "\""): write(#"\""#)
            case UInt8(ascii: "\n"): write(#"\n"#)
            default: bytes.append(byte)
            }
        }
    }

    /// Nanoseconds as seconds with all nine decimals.
    private static func seconds(_ nanoseconds: UInt64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000)."
            + String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
    }
}
