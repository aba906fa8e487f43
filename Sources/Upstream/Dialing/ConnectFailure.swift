import IPAddresses

/// Why no connection to an upstream could be made.
public enum ConnectFailure: Error, Sendable, Hashable {
    /// The name does not resolve.
    case unknownHost
    /// The name was not resolved in time.
    case resolutionTimeout
    /// No address of the host accepted the connection.
    case unreachable
    /// No connection, or no TLS session, in time.
    case timeout
    /// As many connections as the profile allows were in use for all of `connectTimeout`.
    case busy
    /// As many connections as all targets together may have were in use for all of `connectTimeout`.
    case exhausted
    /// The process has no descriptor left.
    case noDescriptor
    /// The address is not one that may be connected to.
    case addressRefused(AddressRefusal)
    /// The address is one that this process listens on.
    case ownAddress
    /// The TLS session failed.
    case tls(TLSFailure)
    /// The forward proxy on the way did not connect.
    case proxy
    /// libcurl is out of memory or misused.
    case internalError
}
