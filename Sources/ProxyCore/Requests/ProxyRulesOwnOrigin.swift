import CORSPolicy
import HTTPSyntax
import Text

/// Which origins are the proxy's own.
extension ProxyRules {
    /// Whether a request comes from a page of the very origin that it was sent to, and so crosses none.
    ///
    /// Browsers tell the Origin of a POST, PUT or DELETE also where it stays within its origin. It counts as such
    /// only where pages of the route run as that origin, and under a Host that the configuration names: a page of
    /// any name can have that name resolve to this machine, and what only `*` covers may be one (DNS rebinding).
    ///
    /// - SeeAlso: Fetch §3.2 (`Origin`), HTML §7.1.1 (same origin).
    func isSameOrigin(_ head: RequestHead, to route: Route, from client: ClientRequest) -> Bool {
        guard let origin = client.origin.text?.utf8, let host = head.fields.value(of: .host) else {
            return false
        }
        guard client.isTrusted else {
            return PublicBase.spells(origin.span, client.scheme, host.span) && names(host, of: route)
        }
        let base = browserBase(head.fields, from: client)
        let authority = Array(base.authority.utf8)
        return PublicBase.spells(origin.span, base.scheme, authority.span)
            && names(authority[...], of: route)
    }

    /// Whether the configuration names the host of an authority, for this route or for all.
    private func names(_ authority: ArraySlice<UInt8>, of route: Route) -> Bool {
        if allowedHosts.names(authority) { return true }
        let bytes = authority.span
        let host = bytes.extracting(0..<HostAndPort.endOfHost(in: bytes))
        return route.hosts.contains { host.equalsIgnoringCase($0.utf8.span) }
    }

    /// Where the browser sees the proxy; a request without Host, which no browser sends, has no authority.
    func browserBase(_ fields: FieldSection, from client: ClientRequest) -> PublicBase {
        PublicBase(fields, from: client, authority: "", allowedHosts: allowedHosts)
    }

    /// What a page of the proxy's own is told where its origin is refused; nil where the page is another's.
    ///
    /// To list the origin would be no help: `check` warns of it, since it belongs to nobody.
    func advice(
        on refusal: CORSRefusal,
        _ head: RequestHead,
        _ route: Routed,
        from client: ClientRequest
    ) -> String? {
        guard case .originDenied(let origin) = refusal else { return nil }
        let base = browserBase(head.fields, from: client)
        let authority = Array(base.authority.utf8)
        let isOwn = PublicBase.spells(origin.utf8.span, base.scheme, authority.span)
        guard case .route(let match, hasOwnOrigin: true) = route else {
            return isOwn
                ? "This is the proxy's own origin, which is not to be listed: serve the page from another one."
                : nil
        }
        if isOwn {
            return names(authority[...], of: match.route)
                ? nil
                : "This is the page's own host, which only \"*\" covers: name it in allowedHosts."
        }
        guard !client.isTrusted, base.scheme == "http",
            PublicBase.spells(origin.utf8.span, "https", authority.span)
        else { return nil }
        return "If a server in front speaks https for the proxy, name it in trustedProxies."
    }
}

extension PublicBase {
    /// Whether an Origin is that of a scheme and an authority, in which a port may stand that browsers leave out.
    ///
    /// - SeeAlso: HTML §7.1.1 (ASCII serialization of an origin).
    static func spells(_ origin: Span<UInt8>, _ scheme: String, _ authority: Span<UInt8>) -> Bool {
        let isSecure = scheme == "https"
        let start = (isSecure ? "https://" : "http://").utf8.span
        let port = (isSecure ? ":443" : ":80").utf8.span
        let hasPort =
            authority.count > port.count && equal(authority, from: authority.count - port.count, port)
        let host = authority.extracting(0..<(hasPort ? authority.count - port.count : authority.count))
        return host.count > 0 && origin.count == start.count + host.count && equal(origin, from: 0, start)
            && equal(origin, from: start.count, host)
    }

    /// Whether `text` stands in `bytes` at a place; it must fit in.
    private static func equal(_ bytes: Span<UInt8>, from start: Int, _ text: Span<UInt8>) -> Bool {
        for index in text.indices where bytes[start + index] != text[index] { return false }
        return true
    }
}
