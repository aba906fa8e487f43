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
    }

    let rules: ProxyRules
    let headLimits: HeadLimits
    let timeouts: Timeouts
    let maximumRequestBody: Int
    let maximumResponseBody: Int
    let helpFile: HelpFile?
    let admin: AdminSettings
    /// What metrics call the prefix form and the routes, by the number of the rules.
    let routeLabels: [String]
    /// This process's name in Via, by which it knows its own requests again.
    let pseudonym: String
    private let trustedBlocks: [NetworkBlock]
    private let trustsUnixSockets: Bool
    /// How targets are connected to, by the number of the rules.
    private let ways: [UpstreamWay]
    /// Counts the configurations since the start, so that what they number never collides.
    private let generation: Int
    private let globalRate: RateLimiter?
    /// The limits of routes, by the number of the rules.
    private let rates: [RateLimiter?]
    /// The paths of routes, by the number of the rules.
    private let routePaths: [String]
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
        after previous: Snapshot? = nil
    ) throws(StartError) {
        rules = try RuleCompiler(settings: settings, suffixes: suffixes).rules()
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
            write: limits.writeTimeout.inNanoseconds
        )
        maximumRequestBody = limits.requestBody
        maximumResponseBody = limits.responseBody
        helpFile = settings.prefix.helpFile
        admin = settings.admin
        routeLabels = [ShardFigures.prefixForm] + settings.routes.map(\.label)
        self.pseudonym = pseudonym
        let ownAddresses = listeners.flatMap(\.addresses)
        trustedBlocks = settings.trustedProxies.compactMap { proxy in
            if case .block(let block) = proxy { block } else { nil }
        }
        trustsUnixSockets = settings.trustedProxies.contains(.unix)
        let generation = previous.map { $0.generation + 1 } ?? 0
        self.generation = generation
        ways = try UpstreamWay.all(
            of: settings,
            ownAddresses: ownAddresses,
            environment: environment,
            generation: generation,
            after: previous?.ways ?? []
        )
        let context = settings.routePolicyContext(.system(suffixes))
        globalRate = try RateLimiter.limiter(settings.limits.rate, context, after: previous?.globalRate)
        routePaths = [""] + settings.routes.map(\.path)
        rates =
            [nil]
            + (try settings.routes.map { route throws(StartError) in
                let index = previous?.routePaths.firstIndex(of: route.path)
                return try RateLimiter.limiter(
                    route.rate,
                    context,
                    after: index.flatMap { previous?.rates[$0] }
                )
            })
        directGuard = NumberedGuard(
            number: 2 * generation,
            guardian: Self.addressGuard(settings, hasPrivileges: true, listeners)
        )
        strangerGuard = NumberedGuard(
            number: 2 * generation + 1,
            guardian: Self.addressGuard(settings, hasPrivileges: false, listeners)
        )
    }

    // MARK: Questions

    /// Whether a peer's X-Forwarded fields are believed.
    func trusts(_ peer: Peer) -> Bool {
        guard let address = peer.address else { return trustsUnixSockets }
        return !trustedBlocks.isEmpty && trustedBlocks.contains { $0.contains(address) }
    }

    /// Who a client is to the upstream.
    ///
    /// - Parameter address: The peer's address as text.
    func party(_ peer: Peer, address: String, on listener: Listener) -> ForwardingParty {
        ForwardingParty(
            clientAddress: address,
            scheme: listener.scheme,
            port: listener.port,
            isTrusted: trusts(peer)
        )
    }

    /// Whether a server in front relays the request that nobody vouches for: then the peer's loopback address
    /// says nothing about who asks.
    ///
    /// Nor does a loopback listener that was opened since vouch for those who came by one that is none.
    func isStranger(_ head: RequestHead, from peer: Peer, on listener: Listener) -> Bool {
        guard listener.isLoopback else { return true }
        let fields = head.fields
        let isForwarded =
            fields.contains(.forwarded) || fields.contains(.xForwardedFor) || fields.contains(.xRealIP)
            || fields.contains(.via)
        return isForwarded && !trusts(peer)
    }

    /// Where the browser sees the proxy.
    func publicBase(_ fields: FieldSection, on listener: Listener, isTrusted: Bool) -> PublicBase {
        PublicBase(
            fields,
            scheme: listener.scheme,
            authority: listener.authority,
            isTrusted: isTrusted,
            allowedHosts: rules.allowedHosts
        )
    }

    /// Charges a request to its limits.
    ///
    /// - Returns: nil where it is let through, else the refusal.
    func rateRefusal(
        of head: RequestHead,
        to destination: Destination,
        from peer: Peer,
        at now: MonotonicTime
    ) -> ProxyError? {
        let own = rates[destination.rules.number]
        guard globalRate != nil || own != nil else { return nil }
        let origin = head.fields.string(of: .origin)
        let address = clientAddress(head.fields, peer)
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

    /// The peer, or the client that trusted servers in front name: the last one that is none of them.
    private func clientAddress(_ fields: FieldSection, _ peer: Peer) -> IPAddress? {
        guard trusts(peer) else { return peer.address }
        var client = peer.address
        for element in fields.elements(of: .xForwardedFor).reversed() {
            guard let address = IPAddress(String(decoding: element, as: UTF8.self)) else { break }
            client = address
            if !trustedBlocks.contains(where: { $0.contains(address) }) { break }
        }
        return client
    }

    /// Whether connections of a profile's number may serve new requests.
    func uses(profile number: Int) -> Bool { ways.contains { $0.profile.number == number } }

    /// How a request is sent: what is set for a route holds at the origin of its target alone.
    func way(of destination: Destination, to origin: TargetOrigin) -> UpstreamWay {
        guard let route = destination.route, route.target.origin == origin else { return ways[0] }
        return ways[route.rules.number]
    }

    /// How an origin is reached.
    ///
    /// - Throws: `private-address` where a forward proxy would hide that the target is not public.
    func route(to origin: TargetOrigin, by way: UpstreamWay, isStranger: Bool) throws(ProxyError)
        -> ConnectionRequest
    {
        let addressGuard = isStranger ? strangerGuard : directGuard
        let proxy = way.proxies.endpoint(for: origin)
        if proxy != nil, ProxyEnvironment.isPrivateName(origin.host) {
            throw .privateName(origin)
        }
        return ConnectionRequest(
            origin: origin,
            profile: way.profile,
            addressGuard: addressGuard,
            proxy: proxy
        )
    }

    // MARK: Compiling

    /// The guard for direct requests, or the one for those that a stranger forwards: the loopback blocks are
    /// open by default only to whoever can reach a loopback listener.
    private static func addressGuard(
        _ settings: Settings,
        hasPrivileges: Bool,
        _ listeners: [Listener]
    ) -> AddressGuard {
        let access: AddressGuard.PrivateAccess =
            switch settings.guard.allowPrivateNetworks {
            case .none: .none
            case .all: .all
            case .blocks(let blocks): .blocks(blocks)
            case .loopbackByDefault:
                hasPrivileges && listeners.allSatisfy { $0.role == .admin || $0.isLoopback }
                    ? .blocks(GuardSettings.loopbackBlocks) : .none
            }
        return AddressGuard(allowPrivate: access, denied: settings.guard.denyNetworks)
    }
}
