import BrowserModel
import Configuration

/// What opens a WebSocket that the proxy, or the server behind it, refuses.
extension Adviser {
    /// The values of `upstream.origin`, in the order in which they are tried.
    private static let sentOrigins = [#""target""#, #""page""#, #""none""#]

    /// The least change that comes nearer to a WebSocket that opens; nil where there is none.
    ///
    /// - Parameter advice: What has been changed already.
    func webSocketChanges(
        for request: PageRequest,
        _ proxy: ExplainProxy,
        _ explanation: Explanation,
        after advice: Advice
    ) -> [SettingOverride]? {
        let (policy, configuration, route) = proxy.ruling(on: request)
        switch explanation.proxyError {
        case "origin-denied": return changes(of: policy, configuration, for: request)
        case "websocket-denied":
            let object = route.map { "routes[\($0)]" } ?? "prefix"
            return [SettingOverride(path: "\(object).webSockets", json: "true")]
        case nil:
            guard case .webSocket(.status(400...499)) = explanation.failure?.reason else { return nil }
            let path = route.map { "routes[\($0)].upstream.origin" } ?? "upstream.origin"
            return Self.origin(after: advice.changes.first { $0.path == path }?.json)
                .map { [SettingOverride(path: path, json: $0)] }
        default: return nil
        }
    }

    /// What stands in the way where nothing that corsway sends makes a difference.
    static func remainder(_ failure: Failure) -> String {
        let seen = failure.seen.first ?? failure.reason.name
        guard case .webSocket(.status(let status)) = failure.reason else {
            return "Through corsway it does not open either: \(seen)."
        }
        guard (400...499).contains(status) else { return "Through corsway the server answers \(seen)." }
        let cookies =
            status == 401 || status == 403
            ? " The browser's cookies are not known here; a page of another origin has them only with "
                + "cors.allowCredentials." : ""
        return "Through corsway the server answers \(seen), whatever Origin it is sent.\(cookies)"
    }

    /// The value that is tried next; what is configured already may come once more.
    private static func origin(after last: String?) -> String? {
        guard let last, let index = sentOrigins.firstIndex(of: last) else { return sentOrigins.first }
        return sentOrigins.dropFirst(index + 1).first
    }
}
