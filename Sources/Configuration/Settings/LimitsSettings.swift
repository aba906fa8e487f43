/// What one client may take, in bytes, connections and time.
public struct LimitsSettings: Sendable, Equatable {
    /// Bytes of a request's field section.
    public var headerBytes = 32 << 10
    /// Field lines of a request.
    public var headerCount = 100
    /// Bytes of a request-target.
    public var urlBytes = 16 << 10
    /// Bytes of a request's content; `Int.max` is no limit.
    public var requestBody = Int.max
    /// Bytes of a response's content; `Int.max` is no limit.
    public var responseBody = Int.max
    /// Client connections at a time, all shards together.
    public var connections = 10_000
    /// Client connections from one address at a time; 0 is no limit.
    public var connectionsPerAddress = 0
    /// Connections to targets at a time, all hosts and shards together; 0 is what the descriptor limit leaves.
    public var upstreamConnections = 0
    /// WebSockets of all clients at a time; 0 is no limit.
    public var webSockets = 1000
    /// For the whole head of a request.
    public var headerTimeout = Duration.seconds(10)
    /// Without progress of a request's content.
    public var bodyTimeout = Duration.seconds(30)
    /// Between two requests of a connection.
    public var idleTimeout = Duration.seconds(60)
    /// Without progress of a response.
    public var writeTimeout = Duration.seconds(60)
    /// For what is in flight when the program is asked to end; zero waits for nothing.
    public var drainTimeout = Duration.seconds(30)
    /// Requests of one client in a time; nil for no limit.
    public var rate: RateSettings?

    /// The defaults.
    public init() {}

    static let section = Section<LimitsSettings>([
        Key(
            "headerBytes",
            \.headerBytes,
            .size(in: 256...(1 << 20)),
            "The most bytes of a request's header section; more is a 431."
        ),
        Key(
            "headerCount",
            \.headerCount,
            .integer(in: 1...10_000),
            "The most header lines of a request; more is a 431."
        ),
        Key(
            "urlBytes",
            \.urlBytes,
            .size(in: 64...(1 << 20)),
            "The most bytes of a request's URL; more is a 414."
        ),
        Key(
            "requestBody",
            \.requestBody,
            .size(in: 0...Int.max),
            "The most bytes of a request's body; more is a 413."
        ),
        Key(
            "responseBody",
            \.responseBody,
            .size(in: 0...Int.max),
            "The most bytes of a target's response body; more is a 502, or cuts it off."
        ),
        Key(
            "connections",
            \.connections,
            .integer(in: 1...1_000_000),
            "The most client connections at a time; further ones get a 503."
        ),
        Key(
            "connectionsPerAddress",
            \.connectionsPerAddress,
            .integer(in: 0...1_000_000),
            "The most client connections from one address, or one /64 of IPv6, at a time; 0 is no limit."
        ),
        Key(
            "upstreamConnections",
            \.upstreamConnections,
            .integer(in: 0...1_000_000),
            "The most connections to targets at a time, in use and unused, of all hosts together; for a new one that "
                + "goes which has been unused for longest. 0 is as many as clients may have, or as the limit of "
                + "open files leaves beside theirs."
        ),
        Key(
            "webSockets",
            \.webSockets,
            .integer(in: 0...1_000_000),
            "The most WebSockets of all clients at a time; further ones get a 503; 0 is no limit."
        ),
        Key(
            "headerTimeout",
            \.headerTimeout,
            .timeout,
            "How long the whole header section of a request may take."
        ),
        Key("bodyTimeout", \.bodyTimeout, .timeout, "How long nothing may come of a request's body."),
        Key("idleTimeout", \.idleTimeout, .timeout, "How long a connection may wait for its next request."),
        Key("writeTimeout", \.writeTimeout, .timeout, "How long a client may take nothing of a response."),
        Key(
            "drainTimeout",
            \.drainTimeout,
            .duration(in: .zero...Duration.day),
            "How long requests in flight may go on when the program is asked to end."
        ),
        Key(
            "rate",
            \.rate,
            .optional(RateSettings.section, from: RateSettings()),
            "How many requests one client may make in a time; null is no limit."
        ),
    ])
}
