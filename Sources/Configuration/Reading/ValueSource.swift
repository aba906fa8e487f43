/// Where a value of the configuration was given.
public enum ValueSource: Sendable, Hashable, CustomStringConvertible {
    /// In a file, named as the user named it; the position is absent where the file as a whole is meant.
    case file(String, SourcePosition?)
    /// As a command line flag, for example `--port`.
    case flag(String)
    /// As an environment variable, for example `PORT`.
    case environment(String)
    /// Nowhere: it is the program's default.
    case builtIn

    /// The head of a message about the value: `corsway.json:3:5`, `--port`, `PORT` or `corsway`.
    public var description: String {
        switch self {
        case .file(let name, let position?): "\(name):\(position)"
        case .file(let name, nil): name
        case .flag(let name), .environment(let name): name
        case .builtIn: "corsway"
        }
    }
}
