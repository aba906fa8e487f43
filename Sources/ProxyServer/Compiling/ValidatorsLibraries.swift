import Configuration
import Sockets
import Upstream

/// OpenSSL's view of a certificate and a key.
private func findings(chain: [UInt8], key: [UInt8]) -> TLSFindings {
    var findings = TLSFindings()
    do throws(TLSIdentityError) {
        findings.warnings = try TLSIdentity(chain: chain, key: key).warnings.map { Fault($0) }
    } catch {
        let fault = Fault(error.message, mend: error.mend)
        switch error.part {
        case .certificate: findings.certificateFault = fault
        case .privateKey: findings.keyFault = fault
        }
    }
    return findings
}

extension Validators {
    /// The checks of a configuration by libcurl (names, authorities), libpsl (suffixes) and OpenSSL (certificates).
    public static var system: Validators { .system(PublicSuffixList()) }

    static func system(_ suffixes: PublicSuffixList) -> Validators {
        Validators(
            canonicalHost: { Upstream.canonicalHost($0) },
            isPublicSuffix: { suffixes.isPublicSuffix($0) },
            targetOrigin: { scheme, authority throws(Fault) in
                do throws(TargetURLError) {
                    return try TargetURLParser().origin(scheme: scheme.rawValue, authority: authority)
                } catch {
                    throw Fault(error.reason, mend: "Write one such as \"https://api.example.com/v1/\".")
                }
            },
            tlsFindings: findings
        )
    }
}
