import HTTPSyntax
import Text

/// The checks of values that only libcurl, libpsl and OpenSSL can make: each is a plain function.
public struct Validators: Sendable {
    /// Gives the canonical form of a host name (lower case, punycode); nil where it is no host name.
    public var canonicalHost: @Sendable (String) -> String?
    /// Tells whether a canonical name is a public suffix, such as `co.uk`.
    public var isPublicSuffix: @Sendable (String) -> Bool
    /// Reads the authority of a route's target, given its scheme; throws where it is none.
    public var targetOrigin:
        @Sendable (_ scheme: TargetScheme, _ authority: String) throws(Fault) -> TargetOrigin
    /// Says what is wrong with a certificate chain and a private key, both in PEM.
    public var tlsFindings: @Sendable (_ chain: [UInt8], _ key: [UInt8]) -> TLSFindings

    /// Makes validators; those left out are lenient.
    public init(
        canonicalHost: @escaping @Sendable (String) -> String? = { _ in nil },
        isPublicSuffix: @escaping @Sendable (String) -> Bool = { _ in false },
        targetOrigin: @escaping @Sendable (TargetScheme, String) throws(Fault) -> TargetOrigin =
            Validators.plainOrigin,
        tlsFindings: @escaping @Sendable ([UInt8], [UInt8]) -> TLSFindings = { _, _ in TLSFindings() }
    ) {
        self.canonicalHost = canonicalHost
        self.isPublicSuffix = isPublicSuffix
        self.targetOrigin = targetOrigin
        self.tlsFindings = tlsFindings
    }

    /// Splits an authority at its last colon.
    public static let plainOrigin: @Sendable (TargetScheme, String) throws(Fault) -> TargetOrigin = {
        scheme,
        authority throws(Fault) in
        let parts = HostAndPort(authority[...])
        guard let digits = parts.port else {
            return TargetOrigin(scheme: scheme, host: authority.lowercased(), port: scheme.defaultPort)
        }
        guard let port = UInt16(digits), port > 0 else {
            throw Fault("The URL's port is not a number from 1 to 65535.", mend: "Correct it.")
        }
        return TargetOrigin(scheme: scheme, host: parts.host.lowercased(), port: port)
    }
}
