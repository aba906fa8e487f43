import Configuration
import Logging
import ProxyCore

/// Writes what is not about a single request to the same place as the lines that are.
struct SinkLogHandler: LogHandler {
    private let sink: LogSink
    private let format: LogSettings.Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(_ sink: LogSink, _ settings: LogSettings) {
        self.sink = sink
        format = settings.format
        logLevel = Logger.Level(rawValue: settings.level.rawValue) ?? .info
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        // As in the lines about requests: one clock in one place.
        let time = ShardClock().timestamp
        var line: [UInt8] = []
        switch format {
        // In the combined format there is no place for messages: they go elsewhere, for people.
        case .pretty, .combined:
            let shown = format == .pretty ? AccessRecord.timeOfDay(in: time) : time
            line.append(contentsOf: "\(shown) \(event.level): ".utf8)
            TerminalText.write("\(event.message)", to: &line)
        case .json:
            line.append(contentsOf: "{\"time\":\"\(time)\",\"level\":\"\(event.level)\",\"message\":".utf8)
            JSONString.write("\(event.message)", to: &line)
            line.append(UInt8(ascii: "}"))
        }
        line.append(UInt8(ascii: "\n"))
        sink.append(line, count: 1)
    }
}
