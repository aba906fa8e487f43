/// How large a request head may be.
public struct HeadLimits: Sendable, Hashable {
    /// The greatest length of a head in bytes, its last empty line included; at most 1 GiB.
    public var headerBytes: Int
    /// The greatest number of field lines.
    public var headerCount: Int
    /// The greatest length of a request target in bytes.
    public var urlBytes: Int

    /// Makes limits; the defaults are those of the configuration.
    public init(headerBytes: Int = 32 * 1024, headerCount: Int = 100, urlBytes: Int = 16 * 1024) {
        self.headerBytes = headerBytes
        self.headerCount = headerCount
        self.urlBytes = urlBytes
    }
}
