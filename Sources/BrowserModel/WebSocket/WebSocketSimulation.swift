import CORSPolicy
import Text

/// `new WebSocket()`, from the constructor to the socket that is open: each step is written down.
///
/// There is no preflight and no CORS. Cookies go along, redirects are not followed, and of a failure the script
/// learns a close code that is always the same.
///
/// - SeeAlso: WebSockets Standard §2 and §3, RFC 6455 §4.1.
struct WebSocketSimulation {
    private let request: PageRequest
    private let call: WebSocketCall
    private let browser: BrowserEnvironment
    private var explanation = Explanation()

    init(_ request: PageRequest, _ call: WebSocketCall, in browser: BrowserEnvironment) {
        self.request = request
        self.call = call
        self.browser = browser
    }

    mutating func run() -> Explanation {
        do throws(Stop) {
            try checkCall()
            noteOrigin()
            try checkMixedContent()
            let access = LocalNetworkAccess(request.page, request.url)
            note(.localNetworkAccess, access.summary, isNoteworthy: access.isNoteworthy)
            noteCookies()
            try judge(try ask())
        } catch {
            explanation.stop(at: error)
            explanation.remark = error.failure.remark
            explanation.proxyError = error.failure.proxyError
        }
        return explanation
    }

    // MARK: Before anything is sent

    private mutating func checkCall() throws(Stop) {
        if let fragment = call.fragment {
            throw stop(
                .constructor,
                .fragment(fragment),
                "the URL has a fragment",
                needed: [request.writtenURL]
            )
        }
        var names: Set<String> = []
        for name in call.subprotocols {
            guard HTTPToken.isValid(name) else {
                throw stop(
                    .constructor,
                    .invalidSubprotocol(name),
                    "\"\(name)\" is no token",
                    needed: ["letters, digits and !#$%&'*+-.^_`|~ alone"]
                )
            }
            guard names.insert(name).inserted else {
                throw stop(
                    .constructor,
                    .repeatedSubprotocol(name),
                    "\(name) is offered twice",
                    needed: ["each subprotocol once"]
                )
            }
        }
        let list = call.subprotocols.joined(separator: ", ")
        note(
            .constructor,
            list.isEmpty ? "no subprotocol is offered" : "the server has to choose one of \(list)"
        )
    }

    private mutating func noteOrigin() {
        let isOwn = request.page.isSame(as: request.url)
        note(
            .crossOrigin,
            isOwn
                ? "\(request.url.origin) is the page's own origin"
                : "CORS does not apply to WebSocket, and there is no preflight: the server alone may refuse, by Origin"
        )
    }

    private mutating func checkMixedContent() throws(Stop) {
        switch MixedContent(request.page, request.url) {
        case .passed(let reason): note(.mixedContent, reason)
        case .noted(let reason): note(.mixedContent, reason, isNoteworthy: true)
        case .blocked:
            throw stop(
                .mixedContent,
                .mixedContent,
                "an HTTPS page may not open a plain WebSocket",
                seen: [request.writtenURL],
                needed: ["wss://\(request.url.host)\(request.url.pathAndQuery)"]
            )
        }
    }

    private mutating func noteCookies() {
        let site = SiteRelation(request.page, request.url, isPublicSuffix: browser.isPublicSuffix)
        let notes = CookieNotes(site: site, credentials: .include, url: request.url, page: request.page)
        note(.cookies, notes.summary, isNoteworthy: site == .crossSite)
    }

    // MARK: The handshake

    /// - SeeAlso: WebSockets Standard §2 (establish a WebSocket connection); what Chromium sends for itself is left out.
    private var wire: WireRequest {
        var fields = [
            HeaderLine("Connection", "Upgrade"),
            HeaderLine("Upgrade", "websocket"),
            HeaderLine("Origin", request.page.serialized),
            HeaderLine("Sec-WebSocket-Version", "13"),
            HeaderLine("Sec-WebSocket-Key", HandshakeKey.value),
            HeaderLine("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
            HeaderLine("User-Agent", "Mozilla/5.0 (compatible; corsway explain)"),
        ]
        if !call.subprotocols.isEmpty {
            let list = call.subprotocols.joined(separator: ", ")
            fields.append(HeaderLine("Sec-WebSocket-Protocol", list))
        }
        return WireRequest(method: "GET", url: request.url, fields: fields, isPreflight: false)
    }

    private mutating func ask() throws(Stop) -> WireAnswer {
        let wire = wire
        note(.request, "GET \(request.writtenURL)", wire.lines)
        guard request.url.port.map(BadPort.contains) != true else {
            throw stop(
                .request,
                .connection("net::ERR_UNSAFE_PORT"),
                "browsers do not ask this port",
                needed: ["another port"]
            )
        }
        explanation.lastAsked = request.url
        do throws(NetworkFailure) {
            return try browser.ask(wire)
        } catch {
            throw stop(
                .request,
                WebSocketFailure(error),
                error.message,
                seen: [error.message],
                needed: ["an answer"]
            )
        }
    }

    private mutating func judge(_ answer: WireAnswer) throws(Stop) {
        if !answer.oddities.isEmpty {
            note(
                .responseHead,
                "not as HTTP has it; Chromium reads it, what Firefox and Safari make of it is not known here",
                answer.oddities,
                isNoteworthy: true
            )
        }
        do throws(WebSocketFailure) {
            let socket = try HandshakeCheck(subprotocols: call.subprotocols).socket(by: answer)
            explanation.status = answer.status
            explanation.socket = OpenedSocket(
                subprotocol: MaskedKey.masked(socket.subprotocol),
                extensions: socket.extensions
            )
            let lines = answer.fields.filter { $0.name.lowercased().hasPrefix("sec-websocket-") }
            note(.handshake, "\(answer.statusText): the WebSocket is open", lines.map(\.text))
        } catch {
            let mend = HandshakeMend(
                request,
                subprotocols: call.subprotocols,
                redirectTarget: redirectTarget(of: answer),
                isThroughProxy: browser.isThroughProxy
            )
            throw stop(
                .handshake,
                error,
                answer.status == 101 ? "the answer is not what RFC 6455 asks for" : answer.statusText,
                seen: HandshakeMend.seen(error, in: answer),
                needed: mend.needed(for: error, in: answer),
                answer: answer
            )
        }
    }

    private func redirectTarget(of answer: WireAnswer) -> String? {
        guard answer.isRedirect, let location = answer.value(of: "Location") else { return nil }
        switch browser.resolve(location, request.url) {
        case .url(let url, _): return url.serializedForWebSocket
        case .otherScheme(let text): return text
        case .invalid: return nil
        }
    }

    // MARK: Writing down

    private mutating func note(
        _ kind: Step.Kind,
        _ summary: String,
        _ details: [String] = [],
        isNoteworthy: Bool = false
    ) {
        explanation.note(
            kind,
            MaskedKey.masked(summary),
            details.map(MaskedKey.masked),
            isNoteworthy: isNoteworthy
        )
    }

    private func stop(
        _ kind: Step.Kind,
        _ reason: WebSocketFailure,
        _ summary: String,
        seen: [String] = [],
        needed: [String],
        answer: WireAnswer? = nil
    ) -> Stop {
        let blocked = BlockedRequest(
            page: request.page,
            origin: request.page.serialized,
            url: request.url,
            firstURL: request.url
        )
        let reason = reason.masked
        return Stop(
            failure: Failure(
                step: kind,
                reason: .webSocket(reason),
                seen: seen.map(MaskedKey.masked),
                needed: needed.map(MaskedKey.masked),
                chromium: ChromiumMessage.text(.webSocket(reason), blocked),
                firefox: FirefoxMessage(.webSocket(reason), blocked, answer: answer),
                remark: answer?.remark,
                proxyError: answer?.proxyError,
                closeCode: reason.closeCode
            ),
            step: Step(kind: kind, outcome: .failed, summary: MaskedKey.masked(summary), details: [])
        )
    }
}

extension WebSocketFailure {
    /// The same without a key in what it quotes.
    fileprivate var masked: WebSocketFailure {
        switch self {
        case .invalidSubprotocol(let name): .invalidSubprotocol(MaskedKey.masked(name))
        case .repeatedSubprotocol(let name): .repeatedSubprotocol(MaskedKey.masked(name))
        case .unaskedSubprotocol(let name): .unaskedSubprotocol(MaskedKey.masked(name))
        case .foreignSubprotocol(let name): .foreignSubprotocol(MaskedKey.masked(name))
        default: self
        }
    }
}
