import HTTPSyntax
import ProxyCore

/// Health, readiness, metrics and the configuration: rules of their own, and no policy.
final class AdminHandler: RequestHandler {
    let drainsLast = true
    let isCounted = false
    private let status: ServerStatus
    private let inbox: ShardInbox
    /// Exchanges whose page is built elsewhere, by the number under which it will come.
    private var awaited: [Int: ProxiedExchange] = [:]
    private var lastNumber = 0

    /// - Parameter inbox: Where pages that were built elsewhere are left.
    init(_ status: ServerStatus, inbox: ShardInbox) {
        self.status = status
        self.inbox = inbox
    }

    /// Those that ask for health are never in the way of others.
    var limiter: ConnectionLimiter { status.adminLimiter }

    func handle(
        _ head: consuming RequestHead,
        _ length: BodyLength,
        from client: ClientRequest,
        on exchange: ProxiedExchange
    ) {
        if case .turnedAway = exchange.client.verdict { exchange.closeAfterResponse() }
        let pages = AdminPages(exchange.configuration.admin, status: status)
        switch pages.answer(to: head, on: exchange.client.listener) {
        case .page(let page): exchange.answer(page, withoutCORS: true)
        case .metrics:
            lastNumber += 1
            awaited[lastNumber] = exchange
            status.askForMetrics(inbox, number: lastNumber)
        }
    }

    /// Nothing is forwarded, and so no tunnel opened.
    func destination(
        of head: RequestHead,
        from client: ClientEndpoint,
        by configuration: CompiledConfiguration
    ) -> Destination? { nil }

    /// A page of metrics has been built.
    func deliver(_ page: [UInt8], number: Int) {
        guard let exchange = awaited.removeValue(forKey: number) else { return }
        exchange.answerLate(.text(200, page, type: "text/plain; version=0.0.4; charset=utf-8"))
    }
}
