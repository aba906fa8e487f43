/// What the pool of one shard has, and has done since it was made.
public struct PoolFigures: Sendable, Hashable {
    /// Connections that serve a request.
    public var inUse = 0
    /// Connections that wait for a request.
    public var idle = 0
    /// Connections that are being made, those included that wait for a look-up of their name.
    public var dialing = 0
    /// Requests that wait for a place among the connections of their host, or among all.
    public var waiting = 0
    /// Easy handles of libcurl: one for each dial, and for each connection under TLS.
    public var easyHandles = 0
    /// Connections that were made.
    public var opened = 0
    /// Attempts to connect that came to nothing.
    public var failed = 0
    /// Requests that got a connection which had served another one.
    public var reused = 0
    /// Unused connections that were closed to make room for others.
    public var evicted = 0

    /// Makes the figures of an empty pool.
    public init() {}

    /// Adds those of another pool.
    public mutating func add(_ other: PoolFigures) {
        inUse += other.inUse
        idle += other.idle
        dialing += other.dialing
        waiting += other.waiting
        easyHandles += other.easyHandles
        opened += other.opened
        failed += other.failed
        reused += other.reused
        evicted += other.evicted
    }
}
