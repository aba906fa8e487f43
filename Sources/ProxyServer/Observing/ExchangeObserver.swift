import HTTPSyntax
import ProxyCore

/// Is told what becomes of each exchange; it can change nothing.
protocol ExchangeObserver: AnyObject {
    /// A request has come; nil where its head could not be read.
    func began(_ exchange: ProxiedExchange, _ head: RequestHead?)
    /// The policy has decided.
    func planned(_ exchange: ProxiedExchange, _ plan: RequestPlan)
    /// An upstream has answered with a head, of the final response or of a redirect.
    func upstreamAnswered(_ exchange: ProxiedExchange, _ head: ResponseHead)
    /// The client has been told that a tunnel is open.
    func tunnelOpened(_ exchange: ProxiedExchange, _ record: ExchangeRecord)
    /// It is over, or its tunnel is, one way or the other; told once.
    func ended(_ record: ExchangeRecord)
}
