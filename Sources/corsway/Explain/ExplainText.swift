import BrowserModel

/// Explanations as text for people.
struct ExplainText {
    let isColoured: Bool

    private enum Colour: String {
        case bold = "1"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case faint = "2"
    }

    func text(_ views: [ExplainView]) -> String {
        guard let first = views.first else { return "" }
        var lines: [String] = []
        for view in views {
            lines.append(paint(heading(view), .bold))
            lines += view.notes.map { "  \(paint("!", .yellow)) \(safe($0))" }
            let isBrief = view.isDirect != first.isDirect
            if !isBrief { lines += view.explanation.steps.flatMap(step) + [""] }
            lines += verdict(view, isBrief: isBrief)
            lines.append("")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func heading(_ view: ExplainView) -> String {
        let request = view.request
        let call = request.isForWebSocket ? "WebSocket" : request.method
        let what = "\(call) \(request.writtenURL) from \(request.page.serialized)"
        if view.isDirect { return safe("\(what), asked directly") }
        let policy = view.file.map { "by \($0)" } ?? "by its defaults"
        return safe("\(what), through corsway \(policy)")
    }

    private func step(_ step: Step) -> [String] {
        let (mark, colour): (String, Colour) =
            switch step.outcome {
            case .passed: ("✓", .green)
            case .noted: ("!", .yellow)
            case .failed: ("✗", .red)
            }
        let title = step.kind.title.padding(to: 16)
        let isMessage = step.kind == .preflight || step.kind == .request
        return ["  \(paint(mark, colour)) \(title)\(safe(step.summary))"]
            + step.details.map { "      \(paint(isMessage ? "> \(safe($0))" : safe($0), .faint))" }
    }

    // MARK: The verdict

    /// The verdict; in brief without what the messages of the first view say already.
    private func verdict(_ view: ExplainView, isBrief: Bool) -> [String] {
        guard let failure = view.explanation.failure else { return allowed(view) }
        let title =
            "Blocked by \(failure.reason.name) at the step \"\(failure.step.title)\""
            + (failure.closeCode.map { "; all the page learns is close code \($0)" } ?? "")
        let remark = failure.remark.map { [("corsway", [$0])] } ?? []
        let messages = isBrief ? [] : evidence(failure)
        return [paint(title, .red)] + (messages + remark + mend(view)).flatMap(row)
    }

    private func evidence(_ failure: Failure) -> [(String, [String])] {
        let firefox = failure.firefox.name.map { "\($0): \(failure.firefox.text)" } ?? failure.firefox.text
        return [
            ("seen", failure.seen), ("needed", failure.needed), ("Chromium", [failure.chromium]),
            ("Firefox", [firefox]),
        ]
    }

    private func mend(_ view: ExplainView) -> [(String, [String])] {
        switch view.mend {
        case .none: return []
        case .impossible(let reason): return [("mend", [reason])]
        case .advice(let advice):
            let lines = advice.lines.map { ($0.place.map { "in \($0)" } ?? "configuration", [$0.text]) }
            let sentences = advice.sentences(for: view.request)
            return lines + (sentences.isEmpty ? [] : [("mend", sentences)])
        }
    }

    private func allowed(_ view: ExplainView) -> [String] {
        let explanation = view.explanation
        let status = explanation.status.map { " with status \($0)" } ?? ""
        var lines =
            if let socket = explanation.socket {
                [paint("Open: the page has its WebSocket", .green)] + rows(socket)
            } else if let error = explanation.proxyError {
                [paint("Failed: all the page reads is corsway's own error \(error)\(status)", .red)]
            } else {
                [paint("Allowed: the page reads the answer\(status)", .green)]
            }
        if let pattern = view.matchingPattern { lines += row(("pattern", [pattern])) }
        if let remark = explanation.remark { lines += row(("corsway", [remark])) }
        return lines
    }

    private func rows(_ socket: OpenedSocket) -> [String] {
        [("subprotocol", socket.subprotocol), ("extensions", socket.extensions)].filter { !$0.1.isEmpty }
            .flatMap { row(($0.0, [$0.1])) }
    }

    private func row(_ row: (String, [String])) -> [String] {
        row.1.enumerated().map { index, text in
            "  \((index == 0 ? row.0 : "").padding(to: 15))\(safe(text))"
        }
    }

    private func paint(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Keeps what servers send from steering the terminal.
    private func safe(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Step.Kind {
    /// A word or two for people.
    fileprivate var title: String {
        switch self {
        case .crossOrigin: "origins"
        case .mixedContent: "mixed content"
        case .localNetworkAccess: "local network"
        case .headers: "headers"
        case .method: "method"
        case .preflightNeed: "preflight?"
        case .preflight: "preflight"
        case .preflightVerdict: "its answer"
        case .preflightCache: "kept for"
        case .request: "request"
        case .responseHead: "its head"
        case .redirect: "redirect"
        case .corsCheck: "CORS check"
        case .resourcePolicy: "CORP and COEP"
        case .readableHeaders: "readable"
        case .cookies: "cookies"
        case .constructor: "constructor"
        case .handshake: "handshake"
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
