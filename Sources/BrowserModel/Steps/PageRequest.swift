/// One header, in a request or in a response.
public struct HeaderLine: Sendable, Hashable {
    /// As it was written.
    public let name: String
    /// Without white space around it.
    public let value: String

    /// Makes a line of a token and a field value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    var text: String { value.isEmpty ? "\(name):" : "\(name): \(value)" }

    func isNamed(_ other: String) -> Bool { name.lowercased() == other.lowercased() }
}

extension [HeaderLine] {
    /// The values of all lines of one name, joined as browsers do; nil where there is none.
    ///
    /// - SeeAlso: Fetch §2.2.2 (get).
    func value(of name: String) -> String? {
        let values = filter { $0.isNamed(name) }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}

/// What a script passes to `fetch()`, or to `new WebSocket()`.
public struct PageRequest: Sendable, Hashable {
    /// By what the script asks.
    public enum Call: Sendable, Hashable {
        case fetch
        /// The method is GET then, and there are neither headers nor modes to choose.
        case webSocket(WebSocketCall)
    }

    /// When cookies and other credentials go along.
    public enum Credentials: String, Sendable, Hashable {
        /// To the page's own origin only: the default.
        case sameOrigin = "same-origin"
        /// Always.
        case include
    }

    /// What becomes of a redirect.
    public enum Redirect: String, Sendable, Hashable, CaseIterable {
        /// It is followed.
        case follow
        /// It is an error.
        case error
        /// The script gets a response without anything in it.
        case manual
    }

    /// By what the script asks.
    public var call: Call
    /// The origin of the page.
    public var page: PageOrigin
    /// What is asked for; ws is http here, and wss is https.
    public var url: RequestURL
    /// As the script writes it.
    public var method: String
    /// As the script sets them.
    public var headers: [HeaderLine]
    /// When credentials go along.
    public var credentials: Credentials
    /// What becomes of a redirect.
    public var redirect: Redirect

    /// Makes a request; all but page and URL default to what `fetch()` does.
    public init(
        by call: Call = .fetch,
        page: PageOrigin,
        url: RequestURL,
        method: String = "GET",
        headers: [HeaderLine] = [],
        credentials: Credentials = .sameOrigin,
        redirect: Redirect = .follow
    ) {
        self.call = call
        self.page = page
        self.url = url
        self.method = method
        self.headers = headers
        self.credentials = credentials
        self.redirect = redirect
    }

    /// Whether it is a WebSocket that the script wants.
    public var isForWebSocket: Bool { call != .fetch }

    /// The URL as the script writes it.
    public var writtenURL: String { written(url) }

    /// Another URL as the script would write it.
    public func written(_ url: RequestURL) -> String {
        isForWebSocket ? url.serializedForWebSocket : url.serialized
    }
}
