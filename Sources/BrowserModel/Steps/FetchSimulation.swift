import Text

/// Fetch for one request, from its URL to what the script may read: each step is written down.
///
/// - SeeAlso: Fetch §4 (Fetching).
struct FetchSimulation {
    let request: PageRequest
    let browser: BrowserEnvironment
    var explanation = Explanation()

    /// What is asked now; redirects change it.
    var url: RequestURL
    var method: String
    var headers: [HeaderLine]
    /// Whether CORS applies: the page has asked another origin than its own, now or before.
    var isCrossOrigin = false
    /// Whether a redirect between two foreign origins has made the Origin field `null`.
    var isTainted = false

    init(_ request: PageRequest, in browser: BrowserEnvironment) {
        self.request = request
        self.browser = browser
        url = request.url
        method = FetchMethod.normalized(request.method)
        headers = request.headers.filter { !ScriptHeaders.isForbidden($0) }
    }

    /// What the Origin field says.
    var origin: String { isTainted ? "null" : request.page.serialized }

    var site: SiteRelation {
        SiteRelation(request.page, url, isPublicSuffix: browser.isPublicSuffix)
    }

    var unsafeHeaders: [(name: String, reason: String)] { ScriptHeaders.unsafeNames(of: headers) }

    mutating func run() -> Explanation {
        do throws(Stop) {
            try checkBeforeAsking()
            let answer = try askUntilAnswered()
            if let answer { describe(answer) }
        } catch {
            explanation.stop(at: error)
        }
        return explanation
    }

    // MARK: Writing down

    mutating func note(
        _ kind: Step.Kind,
        _ summary: String,
        _ details: [String] = [],
        isNoteworthy: Bool = false
    ) {
        explanation.note(kind, summary, details, isNoteworthy: isNoteworthy)
    }

    /// The failure of the step at hand.
    func stop(
        _ kind: Step.Kind,
        _ reason: BlockReason,
        _ summary: String,
        seen: [String],
        needed: [String],
        answer: WireAnswer? = nil
    ) -> Stop {
        let blocked = BlockedRequest(
            page: request.page,
            origin: origin,
            url: url,
            firstURL: request.url
        )
        return Stop(
            failure: Failure(
                step: kind,
                reason: reason,
                seen: seen,
                needed: needed,
                chromium: ChromiumMessage.text(reason, blocked),
                firefox: FirefoxMessage(reason, blocked, answer: answer),
                remark: answer?.remark,
                proxyError: answer?.proxyError
            ),
            step: Step(kind: kind, outcome: .failed, summary: summary, details: [])
        )
    }

    /// The failure of a check of CORS.
    func stop(
        _ kind: Step.Kind,
        _ fault: (error: CORSError, parameter: String),
        in answer: WireAnswer
    ) -> Stop {
        let mend = AnswerMend(
            origin: origin,
            credentials: request.credentials,
            method: method,
            fittingMethod: explanation.fittingMethod,
            unsafeHeaders: unsafeHeaders.map(\.name)
        )
        return stop(
            kind,
            .cors(fault.error, parameter: fault.parameter),
            fault.error.rawValue,
            seen: AnswerMend.seen(fault.error, in: answer),
            needed: mend.needed(for: fault.error),
            answer: answer
        )
    }
}

extension Explanation {
    /// Explains a request by really asking.
    ///
    /// The actual request is sent too, unless the browser would not send it; it has no body.
    /// A handshake that opens a WebSocket is all that is said on it.
    public init(_ request: PageRequest, in browser: BrowserEnvironment) {
        switch request.call {
        case .fetch:
            var walk = FetchSimulation(request, in: browser)
            self = walk.run()
        case .webSocket(let call):
            var walk = WebSocketSimulation(request, call, in: browser)
            self = walk.run()
        }
    }
}
