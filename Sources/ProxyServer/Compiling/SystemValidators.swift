import Configuration
import HTTPSyntax
import ProxyCore
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
    /// The checks of a configuration that other modules know how to make: libcurl's for names, libpsl's for
    /// suffixes, and the patterns' own.
    public static var system: Validators { .system(PublicSuffixList()) }

    static func system(_ suffixes: PublicSuffixList) -> Validators {
        Validators(
            canonicalHost: { Upstream.canonicalHost($0) },
            isPublicSuffix: { suffixes.isPublicSuffix($0) },
            targetPatternFault: { text in
                do throws(TargetPatternError) {
                    _ = try TargetPattern(parsing: text)
                    return nil
                } catch {
                    return Fault(error.message, mend: error.mend)
                }
            },
            targetOrigin: { scheme, authority throws(Fault) in
                do throws(TargetURLError) {
                    let origin = try TargetURLParser().origin(scheme: scheme, authority: authority)
                    return TargetAddress(host: origin.host, port: origin.port)
                } catch {
                    throw Fault(error.reason, mend: "Write one such as \"https://api.example.com/v1/\".")
                }
            },
            patternMayReach: { pattern, scheme, authority in
                let start = pattern.firstRange(of: "://")?.upperBound ?? pattern.startIndex
                let hosts = pattern[..<(pattern[start...].firstIndex(of: "/") ?? pattern.endIndex)]
                do {
                    let origin = try TargetURLParser().origin(scheme: scheme, authority: authority)
                    let url = TargetURL(origin: origin, pathAndQuery: "/")
                    return try TargetPattern(parsing: String(hosts)).mayMatch(url)
                } catch {
                    // What cannot be read is refused elsewhere.
                    return true
                }
            },
            tlsFindings: findings
        )
    }
}
