import HTTPSyntax
import Text

/// Where the browser sees the proxy: what Location and cookies have to say.
public struct PublicBase: Sendable {
    /// `http` or `https`.
    public let scheme: String
    /// Host and perhaps port.
    public let authority: String
    /// What a server in front takes off paths, without a slash at its end; mostly empty.
    public let prefix: String

    /// Reads the base off a request.
    ///
    /// - Parameters:
    ///   - client: Where it is trusted X-Forwarded-Proto, -Host and -Prefix are believed; of several the last one,
    ///     which is the trusted server's own.
    ///   - authority: For a request without Host.
    ///   - allowedHosts: What X-Forwarded-Host may name.
    public init(
        _ fields: FieldSection,
        from client: ClientRequest,
        authority: String,
        allowedHosts: AllowedHosts
    ) {
        var proto = client.scheme
        var host = client.authority ?? authority
        var path = ""
        if client.isTrusted {
            if let told = Self.last(.xForwardedProto, in: fields)?.lowercased(),
                told == "http" || told == "https"
            {
                proto = told
            }
            if let told = Self.last(.xForwardedHost, in: fields), Self.isAuthority(told),
                allowedHosts.contains(Array(told.utf8)[...])
            {
                host = told
            }
            if let told = Self.last(.xForwardedPrefix, in: fields), Self.isPath(told) {
                path = told.hasSuffix("/") ? String(told.dropLast()) : told
            }
        }
        self.scheme = proto
        self.authority = host
        prefix = path
    }

    private static func last(_ field: KnownField, in fields: FieldSection) -> String? {
        fields.elements(of: field).last.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func isAuthority(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0.isUnreservedOctet || "[]:".utf8.contains($0) }
    }

    private static func isPath(_ text: String) -> Bool {
        text.hasPrefix("/") && !text.hasPrefix("//")
            && text.utf8.allSatisfy { $0.isUnreservedOctet || $0 == UInt8(ascii: "/") }
            && !PathReading.isAmbiguous(text[...])
    }

    /// Whether the browser speaks https.
    public var isSecure: Bool { scheme == "https" }

    /// The URL of a path below the proxy's base path.
    public func url(basePath: String) -> String {
        "\(scheme)://\(authority)\(prefix)\(basePath)"
    }
}

extension ProxyRules {
    /// Where the browser sees the proxy; for a request without Host, where its listener is reached.
    public func publicBase(_ fields: FieldSection, from client: ClientRequest) -> PublicBase {
        PublicBase(
            fields,
            from: client,
            authority: client.listener.authority,
            allowedHosts: allowedHosts
        )
    }

    /// Where a Location leads the browser: back to a route, else through the prefix form where that may go there,
    /// else to the target itself.
    ///
    /// - Parameter url: The target, without what the configuration sets in queries.
    public func location(of url: TargetURL, from destination: Destination, _ base: PublicBase) -> String {
        let fragment = url.fragment.map { "#\($0)" } ?? ""
        if destination.isOnOwnHost {
            // Under such a host nothing else of the proxy can be reached.
            guard let rest = destination.route?.rest(of: url) else { return url.serialized + fragment }
            return base.url(basePath: Self.rooted(rest)) + fragment
        }
        let below = String(basePath.dropLast())
        // Cookies that the target has set in the prefix form are known there only.
        let isAtHome =
            destination.route == nil && url.origin == destination.target.origin
            && prefix?.targets.permits(url) == true
        if !isAtHome, let (route, rest) = routes.covering(url) {
            return base.url(basePath: Self.rooted(below + route.path + rest)) + fragment
        }
        guard let prefix, prefix.targets.permits(url) else { return url.serialized + fragment }
        return base.url(basePath: basePath) + url.serialized + fragment
    }

    private static func rooted(_ path: some StringProtocol) -> String {
        path.hasPrefix("/") ? String(path) : "/\(path)"
    }

    /// Where the cookies of a request's target live; nil where cookies do not pass.
    public func cookieScope(of destination: Destination, at target: TargetURL, _ base: PublicBase)
        -> CookieScope?
    {
        let rules = destination.rules
        guard rules.cookies == .rescope, rules.policy.allowsCredentials || destination.isOnOwnHost else {
            return nil
        }
        let below = base.prefix + basePath.dropLast()
        guard let route = destination.route else {
            return CookieScope(
                origin: target.origin,
                targetPath: "",
                path: "\(below)/\(target.origin.serialized)",
                isShared: true,
                isSecure: base.isSecure
            )
        }
        return CookieScope(
            origin: route.target.origin,
            targetPath: route.targetPath,
            path: destination.isOnOwnHost ? base.prefix : below + route.path,
            isShared: !destination.isOnOwnHost,
            isSecure: base.isSecure,
            hidesTarget: rules.hidesTarget
        )
    }
}
