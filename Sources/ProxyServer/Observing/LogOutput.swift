import Configuration
import Logging
import Sockets

/// Where the log goes, in which format, and from which level on.
struct LogOutput: Sendable {
    /// For the lines about requests.
    let records: LogSink
    /// For what is not about a single request.
    private let messages: LogSink
    let settings: LogSettings
    /// Writes messages.
    let logger: Logger

    /// Opens the log.
    init(_ settings: LogSettings) throws(StartError) {
        let records: LogSink
        let messages: LogSink
        do throws(SystemError) {
            records = try LogSink.records(settings)
            messages = settings.format == .combined ? try LogSink.standardError() : records
        } catch {
            throw .configuration("The log cannot be written: \(error). Choose another log.file.")
        }
        self.records = records
        self.messages = messages
        self.settings = settings
        logger = Logger(label: "corsway") { _ in SinkLogHandler(messages, settings) }
    }

    /// All that lines may be lost on.
    var sinks: [LogSink] { records === messages ? [records] : [records, messages] }

    /// Waits until everything has been written.
    func flush() {
        for sink in sinks { sink.flush() }
    }
}
