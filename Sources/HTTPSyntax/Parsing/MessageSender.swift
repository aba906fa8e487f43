/// Who has sent a message: of servers a few deviations are taken that all their clients take, since what is passed on
/// is framed anew; of clients none is.
public enum MessageSender: Sendable {
    /// The peer of a server.
    case client
    /// The peer of a client.
    case server
}
