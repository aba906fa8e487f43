/// The field names that the proxy looks at; every name on the wire is classified once, while it is parsed.
///
/// Fewer than 128 cases, so that a set of them is a bit mask.
public enum KnownField: UInt8, Sendable, CaseIterable {
    /// Any name that is not listed here.
    case other = 0
    case accept
    case acceptCH
    case acceptEncoding
    case acceptLanguage
    case accessControlAllowCredentials
    case accessControlAllowHeaders
    case accessControlAllowMethods
    case accessControlAllowOrigin
    case accessControlAllowPrivateNetwork
    case accessControlExposeHeaders
    case accessControlMaxAge
    case accessControlRequestHeaders
    case accessControlRequestMethod
    case accessControlRequestPrivateNetwork
    case activateStorageAccess
    case allow
    case altSvc
    case authorization
    case cacheControl
    case clearSiteData
    case connection
    case contentEncoding
    case contentLength
    case contentRange
    case contentSecurityPolicy
    case contentType
    case cookie
    case cookie2
    case criticalCH
    case crossOriginResourcePolicy
    case date
    case etag
    case expect
    case expectCT
    case expires
    case forwarded
    case host
    case http2Settings
    case ifModifiedSince
    case ifNoneMatch
    case keepAlive
    case lastModified
    case link
    case location
    case nel
    case observeBrowsingTopics
    case origin
    case originAgentCluster
    case proxyAuthenticate
    case proxyAuthenticationInfo
    case proxyAuthorization
    case proxyConnection
    case publicKeyPins
    case publicKeyPinsReportOnly
    case range
    case referer
    case refresh
    case reportTo
    case reportingEndpoints
    case retryAfter
    case secFetchDest
    case secFetchMode
    case secFetchSite
    case secFetchUser
    case secWebSocketAccept
    case secWebSocketExtensions
    case secWebSocketKey
    case secWebSocketProtocol
    case secWebSocketVersion
    case server
    case serviceWorker
    case serviceWorkerAllowed
    case setCookie
    case setCookie2
    case setLogin
    case sourceMap
    case strictTransportSecurity
    case te
    case timingAllowOrigin
    case trailer
    case transferEncoding
    case upgrade
    case useAsDictionary
    case userAgent
    case vary
    case via
    case wwwAuthenticate
    case xContentTypeOptions
    case xCorswayError
    case xFinalURL
    case xForwardedFor
    case xForwardedHost
    case xForwardedPort
    case xForwardedPrefix
    case xForwardedProto
    case xProxyKey
    case xRealIP
    case xRequestId
    case xRequestURL

    /// The name in its conventional spelling, `Content-Length`; empty for `other`.
    public var name: String {
        switch self {
        case .other: ""
        case .accept: "Accept"
        case .acceptCH: "Accept-CH"
        case .acceptEncoding: "Accept-Encoding"
        case .acceptLanguage: "Accept-Language"
        case .accessControlAllowCredentials: "Access-Control-Allow-Credentials"
        case .accessControlAllowHeaders: "Access-Control-Allow-Headers"
        case .accessControlAllowMethods: "Access-Control-Allow-Methods"
        case .accessControlAllowOrigin: "Access-Control-Allow-Origin"
        case .accessControlAllowPrivateNetwork: "Access-Control-Allow-Private-Network"
        case .accessControlExposeHeaders: "Access-Control-Expose-Headers"
        case .accessControlMaxAge: "Access-Control-Max-Age"
        case .accessControlRequestHeaders: "Access-Control-Request-Headers"
        case .accessControlRequestMethod: "Access-Control-Request-Method"
        case .accessControlRequestPrivateNetwork: "Access-Control-Request-Private-Network"
        case .activateStorageAccess: "Activate-Storage-Access"
        case .allow: "Allow"
        case .altSvc: "Alt-Svc"
        case .authorization: "Authorization"
        case .cacheControl: "Cache-Control"
        case .clearSiteData: "Clear-Site-Data"
        case .connection: "Connection"
        case .contentEncoding: "Content-Encoding"
        case .contentLength: "Content-Length"
        case .contentRange: "Content-Range"
        case .contentSecurityPolicy: "Content-Security-Policy"
        case .contentType: "Content-Type"
        case .cookie: "Cookie"
        case .cookie2: "Cookie2"
        case .criticalCH: "Critical-CH"
        case .crossOriginResourcePolicy: "Cross-Origin-Resource-Policy"
        case .date: "Date"
        case .etag: "ETag"
        case .expect: "Expect"
        case .expectCT: "Expect-CT"
        case .expires: "Expires"
        case .forwarded: "Forwarded"
        case .host: "Host"
        case .http2Settings: "HTTP2-Settings"
        case .ifModifiedSince: "If-Modified-Since"
        case .ifNoneMatch: "If-None-Match"
        case .keepAlive: "Keep-Alive"
        case .lastModified: "Last-Modified"
        case .link: "Link"
        case .location: "Location"
        case .nel: "NEL"
        case .observeBrowsingTopics: "Observe-Browsing-Topics"
        case .origin: "Origin"
        case .originAgentCluster: "Origin-Agent-Cluster"
        case .proxyAuthenticate: "Proxy-Authenticate"
        case .proxyAuthenticationInfo: "Proxy-Authentication-Info"
        case .proxyAuthorization: "Proxy-Authorization"
        case .proxyConnection: "Proxy-Connection"
        case .publicKeyPins: "Public-Key-Pins"
        case .publicKeyPinsReportOnly: "Public-Key-Pins-Report-Only"
        case .range: "Range"
        case .referer: "Referer"
        case .refresh: "Refresh"
        case .reportTo: "Report-To"
        case .reportingEndpoints: "Reporting-Endpoints"
        case .retryAfter: "Retry-After"
        case .secFetchDest: "Sec-Fetch-Dest"
        case .secFetchMode: "Sec-Fetch-Mode"
        case .secFetchSite: "Sec-Fetch-Site"
        case .secFetchUser: "Sec-Fetch-User"
        case .secWebSocketAccept: "Sec-WebSocket-Accept"
        case .secWebSocketExtensions: "Sec-WebSocket-Extensions"
        case .secWebSocketKey: "Sec-WebSocket-Key"
        case .secWebSocketProtocol: "Sec-WebSocket-Protocol"
        case .secWebSocketVersion: "Sec-WebSocket-Version"
        case .server: "Server"
        case .serviceWorker: "Service-Worker"
        case .serviceWorkerAllowed: "Service-Worker-Allowed"
        case .setCookie: "Set-Cookie"
        case .setCookie2: "Set-Cookie2"
        case .setLogin: "Set-Login"
        case .sourceMap: "SourceMap"
        case .strictTransportSecurity: "Strict-Transport-Security"
        case .te: "TE"
        case .timingAllowOrigin: "Timing-Allow-Origin"
        case .trailer: "Trailer"
        case .transferEncoding: "Transfer-Encoding"
        case .upgrade: "Upgrade"
        case .useAsDictionary: "Use-As-Dictionary"
        case .userAgent: "User-Agent"
        case .vary: "Vary"
        case .via: "Via"
        case .wwwAuthenticate: "WWW-Authenticate"
        case .xContentTypeOptions: "X-Content-Type-Options"
        case .xCorswayError: "X-Corsway-Error"
        case .xFinalURL: "X-Final-URL"
        case .xForwardedFor: "X-Forwarded-For"
        case .xForwardedHost: "X-Forwarded-Host"
        case .xForwardedPort: "X-Forwarded-Port"
        case .xForwardedPrefix: "X-Forwarded-Prefix"
        case .xForwardedProto: "X-Forwarded-Proto"
        case .xProxyKey: "X-Proxy-Key"
        case .xRealIP: "X-Real-IP"
        case .xRequestId: "X-Request-Id"
        case .xRequestURL: "X-Request-URL"
        }
    }
}
