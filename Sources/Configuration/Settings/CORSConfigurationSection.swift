import CORSPolicy

extension CORSConfiguration {
    /// The keys of `cors`: types and ranges are checked here, what they mean together by `CORSPolicy`.
    static let section = Section<CORSConfiguration>([
        Key(
            "allowedOrigins",
            \.allowedOrigins,
            .list(of: .any("an origin"), wildcard: true),
            #"Whose pages may read responses: "https://*.example.com", "http://localhost:*", or "*" for any."#
        ),
        Key(
            "deniedOrigins",
            \.deniedOrigins,
            .list(of: .any("an origin")),
            "Origins that are refused even where allowedOrigins has them."
        ),
        Key(
            "allowNullOrigin",
            \.allowNullOrigin,
            .boolean,
            "Allow the opaque origin \"null\" of sandboxed frames and local files."
        ),
        Key(
            "allowedMethods",
            \.allowedMethods,
            .list(of: .any("a method"), wildcard: true),
            "Methods beside GET, HEAD and POST; \"*\" is any."
        ),
        Key(
            "allowedHeaders",
            \.allowedHeaders,
            .list(of: .any("a header name"), wildcard: true),
            "Request headers that scripts may set; \"*\" covers all but Authorization."
        ),
        Key(
            "exposedHeaders",
            \.exposedHeaders,
            .list(of: .any("a header name"), wildcard: true),
            "Response headers that scripts may read; \"*\" is all."
        ),
        Key(
            "allowCredentials",
            \.allowCredentials,
            .boolean,
            "Allow cookies and other credentials; not together with any origin."
        ),
        Key(
            "maxAge",
            \.maxAge,
            .integer(in: -1...86_400),
            "Seconds for which browsers may keep a preflight's answer."
        ),
        Key(
            "allowPrivateNetwork",
            \.allowPrivateNetwork,
            .boolean,
            "Answer Access-Control-Request-Private-Network of older Chromium."
        ),
        Key("timingAllowOrigin", \.timingAllowOrigin, .boolean, "Let allowed origins see resource timing."),
        Key(
            "preflightStatus",
            \.preflightStatus,
            .integer(oneOf: [200, 204]),
            "The status of a preflight's answer; 200 is for very old clients."
        ),
        Key("requireOrigin", \.requireOrigin, .boolean, "Refuse requests that have no Origin."),
        Key(
            "dangerouslyAllowInsecureOrigins",
            \.dangerouslyAllowInsecureOrigins,
            .boolean,
            "Allow credentials and secrets for http origins beyond loopback."
        ),
        Key(
            "dangerouslyAllowPublicSuffixes",
            \.dangerouslyAllowPublicSuffixes,
            .boolean,
            "Allow credentials and secrets for all subdomains of a public suffix such as co.uk."
        ),
        Key(
            "dangerouslyAllowAnyOrigin",
            \.dangerouslyAllowAnyOrigin,
            .boolean,
            "Add secrets to requests of any origin, without asking for a client key."
        ),
    ])
}
