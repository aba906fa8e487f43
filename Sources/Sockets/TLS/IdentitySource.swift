/// Knows which identity a client is shown; asked once a handshake, by the one context that it belongs to.
public protocol IdentitySource: AnyObject {
    /// What clients are shown that name no server, or one that nothing else is for.
    var fallback: ServedIdentity { get }

    /// The identity for a server name; nil for the fallback.
    ///
    /// - Parameter name: In lower case, without a dot at its end.
    func identity(for name: String) -> ServedIdentity?
}

/// The identities that a listener was given as files.
public final class FileIdentities: IdentitySource {
    /// The first one.
    public let fallback: ServedIdentity
    private let byName: [String: ServedIdentity]

    /// Makes ready at least one identity; of two for a name the first serves it.
    ///
    /// - Throws: What OpenSSL refuses.
    public init(_ identities: [TLSIdentity]) throws(TLSIdentityError) {
        var served: [ServedIdentity] = []
        var byName: [String: ServedIdentity] = [:]
        for identity in identities {
            let ready = try ServedIdentity(identity)
            served.append(ready)
            for name in identity.names where byName[name] == nil { byName[name] = ready }
        }
        guard let first = served.first else { throw .noCertificate }
        fallback = first
        self.byName = byName
    }

    /// A wildcard stands for one label, as browsers have it (RFC 6125 §6.4.3).
    public func identity(for name: String) -> ServedIdentity? {
        byName[name] ?? name.firstIndex(of: ".").flatMap { byName["*" + name[$0...]] }
    }
}
