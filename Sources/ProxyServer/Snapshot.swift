import CORSPolicy
import Configuration
import HTTPSyntax
import IPAddresses
import ProxyCore
import Sockets
import Upstream

/// A configuration, compiled to what requests need; immutable and shared by all shards.
final class Snapshot: Sendable {
    /// The time-outs, in nanoseconds.
    struct Timeouts: Sendable {
        let header: UInt64
        let body: UInt64
        let idle: UInt64
        let write: UInt64
        let response: UInt64
        let upstreamIdle: UInt64
    }

    let rules: ProxyRules
    let headLimits: HeadLimits
    let timeouts: Timeouts
    let maximumRequestBody: Int
    let maximumResponseBody: Int
    let addsForwarded: Bool
    let helpFile: HelpFile?
    /// The port that clients connect to.
    let port: UInt16
    /// This process's name in Via, by which it knows its own requests again.
    let pseudonym: String
    private let authority: String
    private let trustedProxies: [NetworkBlock]
    private let profile: ConnectionProfile
    private let proxies: ProxyEnvironment
    private let directGuard: NumberedGuard
    private let strangerGuard: NumberedGuard

    /// Compiles validated settings.
    ///
    /// - Parameter listening: Where the program listens, with the port that the system chose.
    init(
        _ settings: Settings,
        listening: [SocketAddress],
        pseudonym: String,
        environment: [String: String],
        suffixes: PublicSuffixList
    ) throws(StartError) {
        rules = try Self.rules(settings, suffixes)
        let limits = settings.limits
        headLimits = HeadLimits(
            headerBytes: limits.headerBytes,
            headerCount: limits.headerCount,
            urlBytes: limits.urlBytes
        )
        timeouts = Timeouts(
            header: limits.headerTimeout.inNanoseconds,
            body: limits.bodyTimeout.inNanoseconds,
            idle: limits.idleTimeout.inNanoseconds,
            write: limits.writeTimeout.inNanoseconds,
            response: settings.upstream.responseTimeout.inNanoseconds,
            upstreamIdle: settings.upstream.idleTimeout.inNanoseconds
        )
        maximumRequestBody = limits.requestBody
        maximumResponseBody = limits.responseBody
        addsForwarded = settings.upstream.forwardedHeaders
        helpFile = settings.prefix.helpFile
        port = listening.first?.port ?? settings.listen.port
        self.pseudonym = pseudonym
        authority = "\(settings.listen.hostInURL):\(port)"
        trustedProxies = settings.trustedProxies
        profile = Self.profile(settings.upstream, ownAddresses: listening)
        do throws(ProxyEnvironmentError) {
            proxies = try ProxyEnvironment(
                ProxyEnvironment.Setting(settings.upstream.proxy),
                environment: environment
            )
        } catch {
            throw .configuration(error.reason)
        }
        directGuard = NumberedGuard(
            number: 0,
            guardian: Self.addressGuard(settings, hasPrivileges: true, listening)
        )
        strangerGuard = NumberedGuard(
            number: 1,
            guardian: Self.addressGuard(settings, hasPrivileges: false, listening)
        )
    }

    // MARK: Questions

    /// Whether redirects may need a body again.
    var followsRedirects: Bool {
        if case .follow = rules.prefix?.redirects { true } else { false }
    }

    /// Whether a peer's X-Forwarded fields are believed.
    func trusts(_ peer: SocketAddress) -> Bool {
        !trustedProxies.isEmpty && trustedProxies.contains { $0.contains(peer.address) }
    }

    /// Who a client is to the upstream.
    ///
    /// - Parameter address: The peer's address as text.
    func party(_ peer: SocketAddress, address: String) -> ForwardingParty {
        ForwardingParty(clientAddress: address, scheme: "http", port: port, isTrusted: trusts(peer))
    }

    /// Whether a server in front relays the request that nobody vouches for: then the peer's loopback address
    /// says nothing about who asks.
    func isForwardedByStranger(_ head: RequestHead, from peer: SocketAddress) -> Bool {
        let fields = head.fields
        let isForwarded =
            fields.contains(.forwarded) || fields.contains(.xForwardedFor) || fields.contains(.xRealIP)
            || fields.contains(.via)
        return isForwarded && !trusts(peer)
    }

    /// The URL that stands before a target's: `http://localhost:8080/`.
    ///
    /// - Parameter host: The Host field of the client's request.
    func publicBase(host: String?) -> String {
        "http://\(host ?? authority)\(rules.basePath)"
    }

    /// How an origin is reached.
    ///
    /// - Throws: `private-address` where a forward proxy would hide that the target is not public.
    func route(to origin: TargetOrigin, isStranger: Bool) throws(ProxyError) -> ConnectionRequest {
        let addressGuard = isStranger ? strangerGuard : directGuard
        let proxy = proxies.endpoint(for: origin)
        if proxy != nil, ProxyEnvironment.isPrivateName(origin.host) {
            throw .privateName(origin)
        }
        return ConnectionRequest(origin: origin, profile: profile, addressGuard: addressGuard, proxy: proxy)
    }

    // MARK: Compiling

    private static func rules(_ settings: Settings, _ suffixes: PublicSuffixList) throws(StartError)
        -> ProxyRules
    {
        ProxyRules(
            allowedHosts: AllowedHosts(
                try settings.allowedHosts.map { text throws(StartError) in
                    try compile { () throws(HostPatternError) in try HostPattern(parsing: text) }
                }
            ),
            basePath: settings.basePath,
            policy: try compile { () throws(CORSConfigurationError) in
                try CORSPolicy(settings.cors, context: settings.policyContext(.system(suffixes)))
            },
            prefix: settings.prefix.isEnabled ? try prefixRules(settings.prefix) : nil,
            refusesUntrustedForwarders: settings.isUntouchedDefault
        )
    }

    private static func prefixRules(_ prefix: PrefixSettings) throws(StartError) -> PrefixRules {
        PrefixRules(
            targets: TargetRules(
                allow: try patterns(prefix.targets.allow),
                deny: try patterns(prefix.targets.deny)
            ),
            requiredFields: prefix.requireHeaders,
            redirectsSameOrigin: prefix.redirectSameOrigin,
            requestEdits: FieldEdits(prefix.request),
            responseEdits: FieldEdits(prefix.response),
            redirects: RedirectMode(prefix.redirects)
        )
    }

    private static func patterns(_ texts: [String]) throws(StartError) -> [TargetPattern] {
        try texts.map { text throws(StartError) in
            try compile { () throws(TargetPatternError) in try TargetPattern(parsing: text) }
        }
    }

    /// What the configuration has checked compiles; should the two ever differ, the program does not start.
    private static func compile<Value, Failure>(_ body: () throws(Failure) -> Value) throws(StartError)
        -> Value
    {
        do throws(Failure) {
            return try body()
        } catch {
            throw .configuration("\(error)")
        }
    }

    private static func profile(_ upstream: UpstreamSettings, ownAddresses: [SocketAddress])
        -> ConnectionProfile
    {
        ConnectionProfile(
            number: 0,
            connectTimeout: upstream.connectTimeout,
            poolIdleTimeout: upstream.poolIdleTimeout,
            maximumConnectionsPerHost: upstream.maxConnectionsPerHost,
            verifiesTLS: upstream.verifyTLS,
            authorityFile: upstream.caFile,
            detours: upstream.hosts.map { override in
                Detour(
                    host: override.target.host,
                    port: override.target.port,
                    destination: override.destination.host,
                    destinationPort: override.destination.port
                )
            },
            ownAddresses: ownAddresses
        )
    }

    /// The guard for direct requests, or the one for those that a stranger forwards: the loopback blocks are
    /// open by default only to whoever can reach a loopback listener.
    private static func addressGuard(
        _ settings: Settings,
        hasPrivileges: Bool,
        _ listening: [SocketAddress]
    ) -> AddressGuard {
        let access: AddressGuard.PrivateAccess =
            switch settings.guard.allowPrivateNetworks {
            case .none: .none
            case .all: .all
            case .blocks(let blocks): .blocks(blocks)
            case .loopbackByDefault:
                hasPrivileges && listening.allSatisfy { $0.address.isLoopback }
                    ? .blocks(GuardSettings.loopbackBlocks) : .none
            }
        return AddressGuard(allowPrivate: access, denied: settings.guard.denyNetworks)
    }
}

extension FieldEdits {
    fileprivate init(_ rules: FieldRules) {
        self.init(
            removals: rules.removeHeaders,
            additions: rules.setHeaders.map { (name: $0.name, value: $0.value) }
        )
    }
}

extension RedirectMode {
    fileprivate init(_ settings: RedirectSettings) {
        self =
            switch settings.mode {
            case .follow: .follow(maximum: settings.max)
            case .rewrite: .rewrite
            case .pass: .pass
            }
    }
}

extension ProxyEnvironment.Setting {
    fileprivate init(_ proxy: UpstreamSettings.Proxy) {
        self =
            switch proxy {
            case .environment: .environment
            case .none: .none
            case .url(let url): .url(url)
            }
    }
}
