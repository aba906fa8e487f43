import HTTPSyntax
import ProxyCore
import Upstream

extension PlanningContext {
    /// Asks libcurl for the origins of targets, and libpsl for their suffixes.
    init(_ parser: TargetURLParser, _ suffixes: PublicSuffixList, pseudonym: String) {
        self.init(
            parseOrigin: { scheme, authority throws(ProxyError) in
                do throws(TargetURLError) {
                    return try parser.origin(scheme: scheme.rawValue, authority: authority)
                } catch {
                    throw ProxyError(error)
                }
            },
            hasPublicSuffix: { name in
                if name.utf8.allSatisfy({ $0 < 0x80 }) { return suffixes.hasKnownSuffix(name) }
                return canonicalHost(name).map { suffixes.hasKnownSuffix($0) } ?? false
            },
            isPublicSuffix: { suffixes.isPublicSuffix($0) },
            pseudonym: pseudonym
        )
    }
}

extension TargetURLParser {
    /// Resolves Location by libcurl.
    var locationResolver: LocationResolver {
        { [self] location, base throws(LocationError) in
            do throws(TargetURLError) {
                return try resolve(location, against: base)
            } catch {
                switch error {
                case .scheme: throw .scheme
                case .credentials: throw .credentials
                case .invalid, .host, .port: throw .invalid
                }
            }
        }
    }
}
