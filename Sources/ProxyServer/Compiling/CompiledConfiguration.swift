import CORSPolicy
import Configuration
import HTTPSyntax
import IPAddresses
import Logging
import ProxyCore
import Sockets
import Upstream

/// A configuration, compiled to what requests need; immutable and shared by all shards.
final class CompiledConfiguration: Sendable {
    /// The time-outs, in nanoseconds.
    struct Timeouts: Sendable {
        let header: UInt64
        let body: UInt64
        let idle: UInt64
        let write: UInt64
        /// For the end of a tunnel that the proxy closes: as long as browsers give a server, and never so long that
        /// the program would not end in time.
        let goodbye: UInt64

        fileprivate init(_ limits: LimitsSettings) {
            header = limits.headerTimeout.inNanoseconds
            body = limits.bodyTimeout.inNanoseconds
            idle = limits.idleTimeout.inNanoseconds
            write = limits.writeTimeout.inNanoseconds
            goodbye = min(2_000_000_000, limits.drainTimeout.inNanoseconds / 2)
        }
    }

    let rules: ProxyRules
    let headLimits: HeadLimits
    let timeouts: Timeouts
    let maximumRequestBody: Int
    let maximumResponseBody: Int
    /// How many tunnels of all clients are open at a time; `Int.max` is no limit.
    let maximumWebSockets: Int
    let helpFile: HelpFile?
    let admin: AdminSettings
    /// This process's name in Via, by which it knows its own requests again.
    let pseudonym: String
    /// Servers in front whose word is taken.
    let forwarders: TrustedForwarders
    /// The prefix form and the routes, by the number of their rules.
    private let routes: [CompiledRoute]
    /// The numbers of all profiles of connections.
    private let profiles: Set<Int>
    /// Counts the configurations since the start, so that what they number never collides.
    private let generation: Int
    private let globalRate: RateLimiter?
    /// The names that the configuration itself has looked up.
    let configuredNames: Set<String>
    private let directGuard: NumberedGuard
    private let strangerGuard: NumberedGuard

    /// Compiles validated settings.
    ///
    /// - Parameters:
    ///   - listeners: All that the program listens on.
    ///   - previous: What was in force until now: what stays the same is taken over from it.
    init(
        _ settings: Settings,
        listeners: [Listener],
        pseudonym: String,
        environment: [String: String],
        suffixes: PublicSuffixList,
        after previous: CompiledConfiguration? = nil
    ) throws(StartError) {
        let ownPorts = Array(Set(listeners.map(\.port)))
        rules = RuleCompiler(settings: settings, ownPorts: ownPorts).rules()
        headLimits = HeadLimits(settings.limits)
        timeouts = Timeouts(settings.limits)
        maximumRequestBody = settings.limits.requestBody
        maximumResponseBody = settings.limits.responseBody
        maximumWebSockets = settings.limits.webSockets == 0 ? .max : settings.limits.webSockets
        helpFile = settings.prefix.helpFile
        admin = settings.admin
        self.pseudonym = pseudonym
        forwarders = TrustedForwarders(settings.trustedProxies)
        let generation = previous.map { $0.generation + 1 } ?? 0
        self.generation = generation
        globalRate = RateLimiter.limiter(settings.limits.rate, after: previous?.globalRate)
        let upstreams = try UpstreamProfile.all(
            of: settings,
            ownAddresses: listeners.flatMap(\.addresses),
            environment: environment,
            generation: generation,
            after: previous?.routes.map(\.profile) ?? []
        )
        routes = CompiledRoute.all(of: settings, profiles: upstreams, after: previous?.routes ?? [])
        configuredNames = Set(rules.routes.targetHosts + upstreams.flatMap(\.configuredNames))
        profiles = Set((upstreams + upstreams.compactMap(\.withoutCertificate)).map(\.connections.number))
        directGuard = Self.addressGuard(settings, number: 2 * generation, hasPrivileges: true, listeners)
        strangerGuard = Self.addressGuard(
            settings,
            number: 2 * generation + 1,
            hasPrivileges: false,
            listeners
        )
    }

    // MARK: Questions

    /// What metrics call the prefix form and the routes, by the number of the rules.
    var routeLabels: [String] { routes.map(\.label) }

    /// Charges a request to its limits.
    ///
    /// - Returns: nil where it is let through, else the refusal.
    func rateRefusal(
        of head: RequestHead,
        to destination: Destination,
        from client: ClientRequest,
        at now: MonotonicTime,
        _ logger: Logger
    ) -> ProxyError? {
        let own = routes[destination.rules.number].rateLimiter
        guard globalRate != nil || own != nil else { return nil }
        let origin = client.origin.text
        let address = forwarders.client(of: head.fields, client, logger)
        for limiter in [globalRate, own] {
            let refusal = limiter?.refusal(
                origin: origin,
                address: address,
                clientKey: destination.clientKey.map { "\(destination.rules.number)/\($0)" },
                at: now.nanoseconds
            )
            if let refusal { return refusal }
        }
        return nil
    }

    /// Charges a wrong client key to the limits of the rules that ask for one, so that nobody can try them all.
    ///
    /// - Returns: The refusal where too many have come, nil for the usual one.
    func wrongKeyRefusal(
        of head: RequestHead,
        underRules number: Int,
        from client: ClientRequest,
        at now: MonotonicTime,
        _ logger: Logger
    ) -> ProxyError? {
        let own = routes[number].rateLimiter
        guard head.offersClientKey, globalRate != nil || own != nil else { return nil }
        let address = forwarders.client(of: head.fields, client, logger)
        for limiter in [globalRate, own] {
            if let refusal = limiter?.refusalOfWrongKey(address: address, at: now.nanoseconds) {
                return refusal
            }
        }
        return nil
    }

    /// Reads what certificates are verified by, where https is spoken, before somebody waits for it.
    func readAuthorities(for settings: Settings) {
        if settings.prefix.isEnabled { routes[0].profile.readAuthorities() }
        for (route, compiled) in zip(settings.routes, routes.dropFirst())
        where route.target.url.origin.scheme == .https {
            compiled.profile.readAuthorities()
        }
    }

    /// Whether connections of a profile's number may serve new requests.
    func uses(profile number: Int) -> Bool { profiles.contains(number) }

    /// The profile that a request is sent by: what is set for a route holds at the origin of its target alone.
    ///
    /// - Parameter showsCertificate: Whether the request is within what the route opens, so that the certificate
    ///   may speak for it.
    func profile(
        of destination: Destination,
        to origin: TargetOrigin,
        showsCertificate: Bool
    ) -> UpstreamProfile {
        guard let route = destination.route, route.target.origin == origin else {
            return routes[0].profile
        }
        let profile = routes[route.rules.number].profile
        return showsCertificate ? profile : profile.withoutCertificate ?? profile
    }

    /// How an origin is reached.
    ///
    /// - Throws: `private-address` where a forward proxy would hide that the target is not public.
    func connectionRequest(
        to origin: TargetOrigin,
        by profile: UpstreamProfile,
        isStranger: Bool,
        isForTunnel: Bool
    ) throws(ProxyError) -> ConnectionRequest {
        let addressGuard = isStranger ? strangerGuard : directGuard
        let proxy = profile.proxies.endpoint(for: origin)
        if proxy != nil, ProxyEnvironment.isPrivateName(origin.host) {
            throw .privateName(origin)
        }
        return ConnectionRequest(
            origin: origin,
            profile: profile.connections,
            addressGuard: addressGuard,
            proxy: proxy,
            isForTunnel: isForTunnel
        )
    }

    // MARK: Compiling

    /// The guard for direct requests, or the one for those that a stranger forwards: the loopback blocks are
    /// open by default only to whoever can reach a loopback listener.
    private static func addressGuard(
        _ settings: Settings,
        number: Int,
        hasPrivileges: Bool,
        _ listeners: [Listener]
    ) -> NumberedGuard {
        let access: AddressGuard.PrivateAccess =
            switch settings.guard.allowPrivateNetworks {
            case .none: .none
            case .all: .all
            case .blocks(let blocks): .blocks(blocks)
            case .loopbackByDefault:
                hasPrivileges && listeners.allSatisfy { $0.role == .admin || $0.isLoopback }
                    ? .blocks(GuardSettings.loopbackBlocks) : .none
            }
        return NumberedGuard(
            number: number,
            guardian: AddressGuard(allowPrivate: access, denied: settings.guard.denyNetworks)
        )
    }
}

extension HeadLimits {
    fileprivate init(_ limits: LimitsSettings) {
        self.init(
            headerBytes: limits.headerBytes,
            headerCount: limits.headerCount,
            urlBytes: limits.urlBytes
        )
    }
}
