import Configuration
import ProxyCore

/// Collects the lines of one shard's requests and hands them on once per round.
final class AccessLog {
    /// So much is collected at most: a client that pipelines gets many answers in one round.
    private static let maximumCollectedBytes = 65_536

    private let sink: LogSink
    private let isWanted: Bool
    private let format: LogSettings.Format
    private let isColoured: Bool
    /// Whether lines name the page and the program that a request came from.
    let namesAgents: Bool
    private var lines: [UInt8] = []
    private var count = 0

    init(_ sink: LogSink, _ settings: LogSettings) {
        self.sink = sink
        isWanted = settings.logsRequests
        format = settings.format
        isColoured = sink.isTerminal
        namesAgents = format == .combined && isWanted
    }

    /// Adds a line, which `record` makes only where it is wanted.
    func append(_ record: () -> AccessRecord) {
        guard isWanted else { return }
        count += 1
        switch format {
        case .pretty: record().writePretty(to: &lines, coloured: isColoured)
        case .json: record().writeJSON(to: &lines)
        case .combined: record().writeCombined(to: &lines)
        }
        if lines.count >= Self.maximumCollectedBytes { flush() }
    }

    /// Hands on what has been added.
    func flush() {
        guard count > 0 else { return }
        sink.append(lines, count: count)
        lines.removeAll(keepingCapacity: true)
        count = 0
    }
}

extension LogSettings {
    /// Whether each request gets a line: it counts as information.
    var logsRequests: Bool {
        switch level {
        case .trace, .debug, .info: true
        case .notice, .warning, .error, .critical: false
        }
    }
}
