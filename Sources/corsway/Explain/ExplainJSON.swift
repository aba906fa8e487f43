import BrowserModel
import Foundation

/// Explanations as JSON for programs.
struct ExplainJSON: Encodable {
    private struct StepObject: Encodable {
        let step: String
        let outcome: String
        let summary: String
        let details: [String]
    }

    private struct FailureObject: Encodable {
        struct Firefox: Encodable {
            let reason: String?
            let message: String
        }

        struct Chromium: Encodable {
            let error: String
            let message: String
        }

        let step: String
        let seen: [String]
        let needed: [String]
        let chromium: Chromium
        let firefox: Firefox
        let remark: String?
        let closeCode: Int?
    }

    private struct WebSocketObject: Encodable {
        let subprotocol: String
        let extensions: String
    }

    private struct AdviceObject: Encodable {
        struct Change: Encodable {
            let path: String
            let json: String
        }

        let page: String?
        let method: String?
        let changes: [Change]
        let ask: String?
        let isTried: Bool
    }

    private struct ViewObject: Encodable {
        let asked: String
        let url: String
        let configurationFile: String?
        let allowed: Bool
        let notes: [String]
        let steps: [StepObject]
        let failure: FailureObject?
        let status: Int?
        let webSocket: WebSocketObject?
        let readableHeaders: [String]
        let matchingPattern: String?
        let proxyError: String?
        let remark: String?
        let configurationKey: String?
        let configuration: String?
        let mend: String?
        let advice: AdviceObject?
    }

    private let allowed: Bool
    private let method: String
    private let origin: String
    private let views: [ViewObject]

    init(_ views: [ExplainView], isAllowed: Bool) {
        allowed = isAllowed
        method = views.first?.request.method ?? ""
        origin = views.first?.request.page.serialized ?? ""
        self.views = views.map(Self.object)
    }

    private static func object(_ view: ExplainView) -> ViewObject {
        let explanation = view.explanation
        let (advice, mend): (Advice?, String?) =
            switch view.mend {
            case .none: (nil, nil)
            case .advice(let advice): (advice, advice.sentences(for: view.request).joined(separator: " "))
            case .impossible(let reason): (nil, reason)
            }
        let lines = advice?.lines.map(\.text) ?? []
        return ViewObject(
            asked: view.isDirect ? "direct" : "proxy",
            url: view.request.writtenURL,
            configurationFile: view.file,
            allowed: explanation.isFine,
            notes: view.notes,
            steps: explanation.steps.map { step in
                StepObject(
                    step: step.kind.rawValue,
                    outcome: step.outcome.rawValue,
                    summary: step.summary,
                    details: step.details
                )
            },
            failure: explanation.failure.map(object),
            status: explanation.status,
            webSocket: explanation.socket.map { socket in
                WebSocketObject(subprotocol: socket.subprotocol, extensions: socket.extensions)
            },
            readableHeaders: explanation.readableHeaders,
            matchingPattern: view.matchingPattern,
            proxyError: explanation.proxyError,
            remark: explanation.remark,
            configurationKey: advice?.firstObject,
            configuration: lines.isEmpty ? nil : lines.joined(separator: ", "),
            mend: mend?.isEmpty == true ? nil : mend,
            advice: advice.map { object($0, for: view.request) }
        )
    }

    private static func object(_ advice: Advice, for request: PageRequest) -> AdviceObject {
        AdviceObject(
            page: advice.page?.serialized,
            method: advice.method,
            changes: advice.changes.map { AdviceObject.Change(path: $0.path, json: $0.json) },
            ask: advice.ask.map(request.written),
            isTried: advice.isTried
        )
    }

    private static func object(_ failure: Failure) -> FailureObject {
        FailureObject(
            step: failure.step.rawValue,
            seen: failure.seen,
            needed: failure.needed,
            chromium: FailureObject.Chromium(error: failure.reason.name, message: failure.chromium),
            firefox: FailureObject.Firefox(reason: failure.firefox.name, message: failure.firefox.text),
            remark: failure.remark,
            closeCode: failure.closeCode
        )
    }

    /// The text, with keys in alphabetical order.
    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
