/// What the requests of each kind of listener mean, in one shard.
struct ListenerHandlers {
    let proxy: ProxyHandler
    let admin: AdminHandler

    /// What the first request of a connection means.
    func handler(of listener: Listener) -> any RequestHandler {
        switch listener.role {
        case .proxy: proxy
        case .admin: admin
        }
    }
}
