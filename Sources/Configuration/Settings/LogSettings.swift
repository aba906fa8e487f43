/// What is logged, and where to.
public struct LogSettings: Sendable, Equatable {
    /// How a line looks.
    public enum Format: String, Sendable, CaseIterable {
        /// For people.
        case pretty
        /// One JSON object a line.
        case json
        /// The format of Apache and NGINX, for the programs that read theirs.
        case combined
    }

    /// How grave an event has to be, by the names of swift-log.
    public enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// How a line looks.
    public var format = Format.pretty
    /// The least grave events that are logged.
    public var level = Level.info
    /// The file to append to; nil for standard output.
    public var file: String?

    static let section = Section<LogSettings>([
        Key(
            "format",
            \.format,
            .choice(),
            "pretty for people, json for programs, combined as Apache and NGINX write it."
        ),
        Key("level", \.level, .choice(), "The least grave events that are logged."),
        Key(
            "file",
            \.file,
            .path(isRead: false),
            "A file to append to, relative to this one, opened anew on SIGUSR1; null is standard output."
        ),
    ])
}
