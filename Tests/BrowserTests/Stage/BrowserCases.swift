/// The tables of the cases, by subject.
enum BrowserCases {
    private static let tables = [
        simpleRequests, origins, preflights, stars, credentials, exposedHeaders, statuses, ranges,
        followedRedirects, returnedRedirects, opaqueOrigins, eventSources, streams, uploads, keepalive,
        refusedPages, embeddings, ownErrors, resourcePolicies, proxiedPages, helpPage,
    ]

    /// How many cases there are, whether they can run or not.
    static var count: Int { tables.map(\.count).reduce(0, +) }
}
