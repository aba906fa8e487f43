/// One step of the browser's algorithm.
public struct Step: Sendable, Hashable {
    /// Which step.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case crossOrigin = "cross-origin"
        case mixedContent = "mixed-content"
        case localNetworkAccess = "local-network-access"
        case headers
        case method
        case preflightNeed = "preflight-need"
        case preflight
        case preflightVerdict = "preflight-verdict"
        case preflightCache = "preflight-cache"
        case request
        case responseHead = "response-head"
        case redirect
        case corsCheck = "cors-check"
        case resourcePolicy = "resource-policy"
        case readableHeaders = "readable-headers"
        case cookies
        case constructor
        case handshake
    }

    /// What came of it.
    public enum Outcome: String, Sendable, Hashable {
        /// The browser goes on.
        case passed
        /// The browser goes on, but something about it may surprise.
        case noted
        /// The browser stops here.
        case failed
    }

    /// Which step.
    public let kind: Kind
    /// What came of it.
    public let outcome: Outcome
    /// One sentence, without a full stop.
    public let summary: String
    /// Bytes of messages, or one sentence each.
    public let details: [String]
}

/// The step that fails, and what would have made it pass.
public struct Failure: Sendable, Hashable {
    /// Which step.
    public let step: Step.Kind
    /// Why.
    public let reason: BlockReason
    /// The lines of the answer that are to blame, or a sentence about what is missing.
    public let seen: [String]
    /// The lines that the answer should have, or a sentence.
    public let needed: [String]
    /// What Chromium writes to the console.
    public let chromium: String
    /// What Firefox writes to the console.
    public let firefox: FirefoxMessage
    /// What who answered had to say, for example the proxy's hint.
    public let remark: String?
    /// What a proxy calls the error that it has answered with itself.
    public let proxyError: String?
    /// All that a script learns of why a WebSocket failed; nil where it gets an exception, and for `fetch()`.
    public internal(set) var closeCode: Int?
}

/// What a page has of a WebSocket that is open.
public struct OpenedSocket: Sendable, Hashable {
    /// The subprotocol that the server has chosen; empty for none.
    public let subprotocol: String
    /// The extensions that the server has chosen; empty for none.
    public let extensions: String
}

/// What a browser does with one request of a script, step by step.
public struct Explanation: Sendable, Hashable {
    /// In the order of the algorithm, up to the first that fails.
    public internal(set) var steps: [Step] = []
    /// Why the script gets an error; nil where it gets the response.
    public internal(set) var failure: Failure?
    /// The status that the script sees, or that opens its WebSocket; nil where it gets an error, or an opaque redirect.
    public internal(set) var status: Int?
    /// The names of the response's headers that the script sees, in lower case.
    public internal(set) var readableHeaders: [String] = []
    /// The headers for which a preflight is needed, in lower case.
    public internal(set) var unsafeHeaders: [String] = []

    /// The WebSocket that the script has; nil for `fetch()`, and where it failed.
    public internal(set) var socket: OpenedSocket?

    /// What who sent the response has to say about it.
    public internal(set) var remark: String?
    /// What a proxy calls its own error that the script gets in place of the target's answer.
    public internal(set) var proxyError: String?

    /// The spelling of the method that the answer to the preflight allows, where the script's own is refused.
    public internal(set) var fittingMethod: String?
    /// The URL that was asked last; nil where none was.
    public internal(set) var lastAsked: RequestURL?

    /// Whether the actual request went out, or one of them where there were redirects.
    public var hasSentRequest: Bool { steps.contains { $0.kind == .request } }

    /// Whether the script gets the response.
    public var isAllowed: Bool { failure == nil }

    /// Whether what the script gets is the target's answer, and no error of a proxy.
    public var isFine: Bool { isAllowed && proxyError == nil }

    mutating func note(
        _ kind: Step.Kind,
        _ summary: String,
        _ details: [String] = [],
        isNoteworthy: Bool = false
    ) {
        steps.append(
            Step(kind: kind, outcome: isNoteworthy ? .noted : .passed, summary: summary, details: details)
        )
    }

    mutating func stop(at stop: Stop) {
        steps.append(stop.step)
        failure = stop.failure
    }
}
