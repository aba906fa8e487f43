import HTTPSyntax

/// Which requests may go along with what a browser adds to them unasked: cookies and passwords.
extension ProxyRules {
    /// Whether the credentials of a request stay here.
    ///
    /// A browser adds them to what any page asks, but only lets a page read the answer that `allowCredentials` lets
    /// in. What comes of a WebSocket the page reads in any case, so there they must not go along: whoever opens it
    /// would act in the user's name (cross-site WebSocket hijacking). A page of the target's own may have them, and
    /// so may a program, which sends no Origin and credentials of its own.
    func withholdsCredentials(
        of head: RequestHead,
        to destination: Destination,
        from client: ClientRequest
    ) -> Bool {
        guard destination.webSocket != nil, client.origin != .absent,
            !destination.rules.policy.allowsCredentials
        else {
            return false
        }
        guard destination.hasOwnOrigin, let route = destination.route else { return true }
        return !isSameOrigin(head, to: route, from: client)
    }
}
