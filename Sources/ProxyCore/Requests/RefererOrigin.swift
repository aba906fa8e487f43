import CORSPolicy
import HTTPSyntax
import HTTPTypes
import Text

/// The origin in Referer, where it may stand for the Origin that browsers leave out of images, scripts and links.
///
/// A page can leave Referer out or cut it down, but not forge it. Yet a sandboxed document, whose origin is opaque,
/// names the URL that it was loaded from: so the proxy's own origins never count, and of a site's own pages only
/// those of which the browser says that they are of the site.
extension ProxyRules {
    /// Gives the origin that may stand for an absent Origin; the policy still has to allow it.
    ///
    /// - Parameter site: The request's Sec-Fetch-Site.
    func originInReferer(
        of head: RequestHead,
        site: String,
        _ route: Routed,
        from client: ClientRequest,
        _ context: PlanningContext
    ) -> String? {
        let fields = head.fields
        guard head.method == .get || head.method == .head, site == "cross-site" || site == "same-site",
            fields.count(of: .referer) == 1, let referer = fields.value(of: .referer),
            !fields.contains(.upgrade), !fields.contains(.authorization),
            // Of a server in front that nobody vouches for it is not known by which name pages reach it.
            client.isTrusted || isDirect(head, client.standing), isFreeOfCredentials(route, head.method),
            let origin = RefererOrigin(referer)
        else { return nil }
        let base = browserBase(fields, from: client)
        guard let own = RefererOrigin(Array("\(base.scheme)://\(base.authority)".lowercased().utf8)[...]),
            !isOwn(origin, beside: own)
        else { return nil }
        guard site == "same-site" || !origin.isSameSite(as: own, context.isPublicSuffix) else { return nil }
        return origin.text
    }

    /// Whether a request shows no sign of a server in front; a listener that is not loopback has any name in Host.
    private func isDirect(_ head: RequestHead, _ standing: ClientStanding) -> Bool {
        guard case .stranger(let sign) = standing else { return true }
        let shown = sign ?? relaySign(of: head)
        return shown == nil || sign == nil && shown == .host
    }

    /// Whether a request is given no secret, no certificate and no cookie on its way.
    private func isFreeOfCredentials(_ route: Routed, _ method: HTTPRequest.Method) -> Bool {
        let rules: ForwardRules
        let target: TargetURL
        switch route {
        case .route(let match, _):
            guard !(match.isOnOwnHost && match.route.rules.cookies == .rescope) else { return false }
            rules = match.route.rules
            do throws(ProxyError) { target = try match.route.join(match.rest) } catch { return false }
        case .target(let url):
            guard let prefix else { return false }
            rules = prefix.forward
            target = url
        case .help, .iscorsneeded, .serverOptions, .refused: return false
        }
        return !rules.holdsSecret && !rules.policy.allowsCredentials && !givesSecret(to: target, by: method)
    }

    /// Whether a header rule adds a secret to requests for a target.
    func givesSecret(to target: TargetURL, by method: HTTPRequest.Method) -> Bool {
        headerRules.matching(target, method).contains(where: \.addsSecrets)
    }

    /// Whether the proxy answers under an origin: the one that was asked, or a host and a port of its own.
    private func isOwn(_ origin: RefererOrigin, beside own: RefererOrigin) -> Bool {
        if origin.text == own.text { return true }
        guard
            origin.port == own.port || ownPorts.contains(origin.port)
                // What ends TLS in front, and says nothing of it, leaves the scheme unknown.
                || origin.hasDefaultPort && own.hasDefaultPort
        else { return false }
        let host = Array(origin.host.utf8)[...]
        return origin.host == own.host || origin.isLoopback || allowedHosts.names(host)
            || routes.serves(host: host)
    }
}

/// An origin as it stands at the head of a URL.
struct RefererOrigin {
    /// As browsers write it: scheme, host, and the port where it is not the scheme's.
    let text: String
    /// As written, an IPv6 address in its brackets.
    let host: String
    let port: UInt16
    private let isSecure: Bool
    /// Whether the port is the scheme's own.
    var hasDefaultPort: Bool { port == (isSecure ? 443 : 80) }

    /// Reads what stands before the path of an http or https URL; nil where that has more in it than an origin.
    init?(_ url: ArraySlice<UInt8>) {
        let isSecure = url.starts(with: "https://".utf8)
        guard isSecure || url.starts(with: "http://".utf8), url.count <= 16_384 else { return nil }
        let rest = url.dropFirst(isSecure ? 8 : 7)
        let authority = rest.prefix { !"/?#".utf8.contains($0) }
        guard !authority.isEmpty, authority.allSatisfy({ $0.isUnreservedOctet || "[]:".utf8.contains($0) })
        else {
            return nil
        }
        let hostEnd = HostAndPort.endOfHost(in: authority.span)
        let host = String(decoding: authority.prefix(hostEnd), as: UTF8.self)
        let portText = authority.dropFirst(hostEnd)
        let standard: UInt16 = isSecure ? 443 : 80
        guard
            let port = portText.isEmpty
                ? standard : UInt16(String(decoding: portText.dropFirst(), as: UTF8.self))
        else { return nil }
        self.host = host
        self.port = port
        self.isSecure = isSecure
        text = "\(isSecure ? "https" : "http")://\(host)\(port == standard ? "" : ":\(port)")"
    }

    /// Whether the host is this machine's by its name alone.
    var isLoopback: Bool { AllowedHosts.isLoopback(Array(host.utf8)[...]) }

    /// Whether a page's origin is of the site of the proxy's.
    ///
    /// A page of https loads nothing by http but from this machine: where it seems to, something ends TLS in front.
    ///
    /// - SeeAlso: HTML §7.1.1 (same site); Mixed Content §5.1.
    func isSameSite(as other: RefererOrigin, _ isPublicSuffix: (String) -> Bool) -> Bool {
        (isSecure == other.isSecure || isSecure && !other.isLoopback)
            && site(isPublicSuffix) == other.site(isPublicSuffix)
    }

    /// The registrable domain of the host, or the host where it has none: an address, a public suffix.
    private func site(_ isPublicSuffix: (String) -> Bool) -> String {
        let isAddress = host.hasPrefix("[") || host.utf8.last?.isDigit == true
        guard !isAddress, !isPublicSuffix(host) else { return host }
        var rest = host[...]
        while let dot = rest.firstIndex(of: ".") {
            let parent = rest[rest.index(after: dot)...]
            // A last label is a suffix whether the list knows it or not (its rule `*`), localhost included.
            if !parent.contains(".") || isPublicSuffix(String(parent)) { return String(rest) }
            rest = parent
        }
        return host
    }
}
