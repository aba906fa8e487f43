/// Whether the response may be used without CORS, by `<img>` and its like, on pages that embed with care.
///
/// - SeeAlso: Fetch §3.7 (Cross-Origin-Resource-Policy header).
enum ResourcePolicy {
    /// Says it in one sentence.
    static func text(_ answer: WireAnswer, site: SiteRelation) -> String {
        let value = answer.value(of: "Cross-Origin-Resource-Policy")
        let isBlocked =
            switch value {
            case "same-origin": site != .sameOrigin
            case "same-site": site == .crossSite
            default: false
            }
        let said = value.map { "Cross-Origin-Resource-Policy is \($0)" }
        if isBlocked {
            return "\(said ?? ""): fetch() is not affected, <img> without crossorigin is blocked"
        }
        let isNamed = value == "cross-origin" || site == .sameOrigin || value == "same-site"
        return isNamed
            ? "\(said ?? "same origin"): pages under COEP require-corp may embed it"
            : "no Cross-Origin-Resource-Policy: fetch() is not affected, <img> without crossorigin is blocked under COEP "
                + "require-corp"
    }
}
