import Text

/// Preflights, the actual request, and the redirects that it meets.
extension FetchSimulation {
    /// - SeeAlso: Fetch §4.4 (HTTP-redirect fetch), step 7.
    private static let maximumRedirects = 20

    /// Asks, follows redirects, and returns the answer that the script gets; nil for an opaque redirect.
    mutating func askUntilAnswered() throws(Stop) -> WireAnswer? {
        var redirects = 0
        while true {
            if isCrossOrigin { try preflight() }
            let wire = actualRequest
            note(.request, "\(method) \(url.serialized)", wire.lines)
            let answer = try answer(to: wire, at: .request)
            try checkCORS(answer)
            guard answer.isRedirect else { return answer }
            redirects += 1
            switch request.redirect {
            case .error:
                throw redirectStop(
                    "net::ERR_FAILED",
                    "redirect is \"error\"",
                    answer,
                    needed: "no redirect"
                )
            case .manual:
                note(
                    .redirect,
                    "\(answer.statusText): the script gets an opaque redirect, with nothing in it"
                )
                return nil
            case .follow:
                guard redirects <= Self.maximumRedirects else {
                    throw redirectStop(
                        "net::ERR_TOO_MANY_REDIRECTS",
                        "more than \(Self.maximumRedirects) redirects",
                        answer,
                        needed: "at most \(Self.maximumRedirects) redirects"
                    )
                }
                try follow(answer)
            }
        }
    }

    private mutating func answer(to wire: WireRequest, at kind: Step.Kind) throws(Stop) -> WireAnswer {
        explanation.lastAsked = wire.url
        do throws(NetworkFailure) {
            let answer = try browser.ask(wire)
            noteOddities(answer)
            return answer
        } catch {
            throw stop(
                kind,
                .network(error.name),
                error.message,
                seen: [error.message],
                needed: ["an answer"]
            )
        }
    }

    private mutating func noteOddities(_ answer: WireAnswer) {
        guard !answer.oddities.isEmpty else { return }
        note(
            .responseHead,
            "not as HTTP has it; Chromium reads it, what Firefox and Safari make of it is not known here",
            answer.oddities
                + (url.isSecure ? ["Where the server offers HTTP/2, Chromium asks by that."] : []),
            isNoteworthy: true
        )
    }

    private func redirectStop(
        _ name: String,
        _ summary: String,
        _ answer: WireAnswer,
        needed: String
    ) -> Stop {
        stop(
            .redirect,
            .network(name),
            summary,
            seen: AnswerMend.seen(.preflightDisallowedRedirect, in: answer),
            needed: [needed],
            answer: answer
        )
    }

    // MARK: Preflight

    private mutating func preflight() throws(Stop) {
        let asked = unsafeHeaders
        var reasons = asked.map { "\($0.name): \($0.reason)" }
        if !FetchMethod.isSafelisted(method) {
            reasons.insert("\(method) is none of GET, HEAD and POST", at: 0)
        }
        guard !reasons.isEmpty else {
            return noteThatNoneIsNeeded()
        }
        note(.preflightNeed, "yes: \(reasons[0])", Array(reasons.dropFirst()))
        let wire = preflightRequest(for: asked.map(\.name))
        note(.preflight, "OPTIONS \(url.serialized)", wire.lines)
        let answer = try answer(to: wire, at: .preflightVerdict)
        let check = PreflightCheck(check: corsCheck, method: method, headerNames: asked.map(\.name))
        if let fault = check.fault(of: answer) {
            noteFittingMethod(answer)
            throw stop(.preflightVerdict, fault, in: answer)
        }
        let isLenient = check.reliesOnWildcardAuthorization(answer)
        note(
            .preflightVerdict,
            "\(answer.statusText): the actual request may be sent",
            answer.grants
                + (isLenient
                    ? ["Chromium alone lets \"*\" cover Authorization; by the standard it does not"] : []),
            isNoteworthy: isLenient
        )
        note(.preflightCache, PreflightCache.text(answer))
    }

    /// Most scripts that write `patch` mean PATCH.
    private mutating func noteFittingMethod(_ answer: WireAnswer) {
        let upper = method.uppercased()
        guard upper != method else { return }
        let names = unsafeHeaders.map(\.name)
        let check = PreflightCheck(check: corsCheck, method: upper, headerNames: names)
        if check.fault(of: answer) == nil { explanation.fittingMethod = upper }
    }

    private mutating func noteThatNoneIsNeeded() {
        let hints = headers.map { $0.name.lowercased() }.filter(HeaderSafelist.chromiumOnly.contains)
        note(
            .preflightNeed,
            hints.isEmpty
                ? "no: method and headers are safelisted"
                : "no in Chromium; Firefox and Safari send one for \(hints.joined(separator: ", "))",
            isNoteworthy: !hints.isEmpty
        )
    }

    private var corsCheck: CORSCheck { CORSCheck(origin: origin, credentials: request.credentials) }

    private mutating func checkCORS(_ answer: WireAnswer) throws(Stop) {
        guard isCrossOrigin else { return }
        if let fault = corsCheck.fault(of: answer) { throw stop(.corsCheck, fault, in: answer) }
        note(.corsCheck, "\(answer.statusText): the answer names the origin", answer.grants)
    }

    // MARK: Redirects

    private mutating func follow(_ answer: WireAnswer) throws(Stop) {
        let next: RequestURL
        switch browser.resolve(answer.value(of: "Location") ?? "", url) {
        case .url(let target, let hasCredentials):
            if hasCredentials, isCrossOrigin || !request.page.isSame(as: target) {
                throw stop(.redirect, (.redirectContainsCredentials, ""), in: answer)
            }
            next = target
        case .otherScheme(let text) where text.hasPrefix("data:") || text.hasPrefix("file:"):
            throw redirectStop(
                "net::ERR_UNSAFE_REDIRECT",
                "Location is no http or https URL",
                answer,
                needed: "an http or https URL"
            )
        case .otherScheme(let text):
            throw stop(.redirect, (.corsDisabledScheme, text), in: answer)
        case .invalid:
            throw redirectStop(
                "net::ERR_INVALID_REDIRECT",
                "Location is no URL",
                answer,
                needed: "an http or https URL"
            )
        }
        redirect(to: next, status: answer.status)
        try checkMixedContentAgain()
    }

    private mutating func redirect(to next: RequestURL, status: Int) {
        var details: [String] = []
        let crossesOrigins = next.origin != url.origin
        if crossesOrigins, isCrossOrigin, !request.page.isSame(as: url), !isTainted {
            isTainted = true
            details.append(
                "Origin is \"null\" from here on: another site than the page's has chosen the target"
            )
        }
        let nextMethod = FetchMethod.afterRedirect(status, method)
        if nextMethod != method {
            details.append("\(method) becomes \(nextMethod), without a body")
            method = nextMethod
            headers.removeAll { header in
                ["content-encoding", "content-language", "content-location", "content-type"].contains {
                    header.isNamed($0)
                }
            }
        }
        if crossesOrigins, headers.contains(where: { $0.isNamed("Authorization") }) {
            headers.removeAll { $0.isNamed("Authorization") }
            details.append("Authorization stays behind: the target is of another origin")
        }
        url = next
        if !request.page.isSame(as: next) { isCrossOrigin = true }
        note(.redirect, "\(status) to \(next.serialized)", details, isNoteworthy: !details.isEmpty)
    }

    private mutating func checkMixedContentAgain() throws(Stop) {
        guard request.page.scheme == "https", !url.isPotentiallyTrustworthy else { return }
        try checkMixedContent()
    }
}

extension WireAnswer {
    /// The lines that speak of CORS.
    fileprivate var grants: [String] {
        fields.filter { $0.name.lowercased().hasPrefix("access-control-") }.map(\.text)
    }
}
