/// What taking a connection from the pool gives.
public enum PoolAnswer {
    /// A connection, at once.
    case connection(UpstreamConnection)
    /// The ticket's completion will tell.
    case pending(ConnectionTicket)
}
