import HTTPSyntax
import ProxyCore

/// Whether a request may go on.
enum AdmissionAnswer {
    case admitted
    case refused(ProxyError)
    /// That is told later, by `ProxiedExchange.admissionDecided`.
    case pending
}

/// The limits that a request is charged to before it is forwarded.
protocol Admission: AnyObject {
    /// Charges a request.
    func admit(
        _ head: RequestHead,
        from client: ClientRequest,
        to destination: Destination,
        for exchange: ProxiedExchange
    ) -> AdmissionAnswer

    /// Charges a wrong client key to the rules that ask for one.
    ///
    /// - Returns: What takes the place of the usual refusal where too many have come.
    func refusalOfWrongKey(
        _ head: RequestHead,
        from client: ClientRequest,
        underRules number: Int,
        for exchange: ProxiedExchange
    ) -> ProxyError?
}
