/// The settings given on the command line; they go before all others.
public struct Flags: Sendable, Equatable {
    /// The value of `--host`.
    public var host: String?
    /// The value of `--port`.
    public var port: Int?
    /// The values of `--allow-origin`; where there is one, they stand in place of `cors.allowedOrigins`.
    public var allowOrigins: [String]
    /// The values of `--allow-target`; where there is one, they stand in place of `prefix.targets.allow`.
    public var allowTargets: [String]

    /// The value of `--to`: the URL that a route at `/` leads to, with the prefix form off.
    public var to: String?

    /// Makes flags; those left out were not given.
    public init(
        host: String? = nil,
        port: Int? = nil,
        allowOrigins: [String] = [],
        allowTargets: [String] = [],
        to: String? = nil
    ) {
        self.host = host
        self.port = port
        self.allowOrigins = allowOrigins
        self.allowTargets = allowTargets
        self.to = to
    }
}
