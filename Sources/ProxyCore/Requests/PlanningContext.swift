import HTTPSyntax

/// What planning needs of the world outside: libcurl's URL parser and the public suffixes.
public struct PlanningContext {
    /// Parses the scheme and authority of a target.
    public let parseOrigin: (_ scheme: TargetScheme, _ authority: String) throws(ProxyError) -> TargetOrigin
    /// Whether a name, which may be an international one, ends in a top-level domain that exists.
    public let hasPublicSuffix: (String) -> Bool
    /// Whether names directly below a name belong to different owners.
    let isPublicSuffix: (String) -> Bool
    /// This process's name in Via.
    public let pseudonym: String

    /// Makes a context that serves any number of requests.
    public init(
        parseOrigin:
            @escaping (_ scheme: TargetScheme, _ authority: String) throws(ProxyError) -> TargetOrigin,
        hasPublicSuffix: @escaping (String) -> Bool,
        isPublicSuffix: @escaping (String) -> Bool,
        pseudonym: String
    ) {
        self.parseOrigin = parseOrigin
        self.hasPublicSuffix = hasPublicSuffix
        self.isPublicSuffix = isPublicSuffix
        self.pseudonym = pseudonym
    }
}
