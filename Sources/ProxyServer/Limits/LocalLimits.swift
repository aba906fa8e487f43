import HTTPSyntax
import ProxyCore

/// The limits of this process: the buckets of the configuration, which answer at once.
final class LocalLimits: Admission {
    private let context: ShardContext

    init(_ context: ShardContext) {
        self.context = context
    }

    func admit(
        _ head: RequestHead,
        from client: ClientRequest,
        to destination: Destination,
        for exchange: ProxiedExchange
    ) -> AdmissionAnswer {
        let refusal = exchange.configuration.rateRefusal(
            of: head,
            to: destination,
            from: client,
            at: context.loop.now,
            context.logger
        )
        return refusal.map { .refused($0) } ?? .admitted
    }

    func refusalOfWrongKey(
        _ head: RequestHead,
        from client: ClientRequest,
        underRules number: Int,
        for exchange: ProxiedExchange
    ) -> ProxyError? {
        exchange.configuration.wrongKeyRefusal(
            of: head,
            underRules: number,
            from: client,
            at: context.loop.now,
            context.logger
        )
    }
}
