import CORSPolicy
import HTTPSyntax
import ProxyCore
import Sockets

/// What is noted about one exchange while it runs, for the one line that the log gets.
struct ExchangeRecord {
    private let began: MonotonicTime
    private let clientAddress: String
    private let method: String
    private let requestTarget: String
    private var target: String
    private let isOldVersion: Bool
    private var referer = ""
    private var userAgent = ""
    private var verdict = AccessRecord.Verdict.notCORS
    private var reason = ""
    /// What to change so that a blocked request would pass; worked out only where a line is written.
    private var hint: (() -> String)?
    private var errorCode: ErrorCode?
    let requestID: RequestID
    var status = 0
    var requestBytes = 0
    var responseBytes = 0
    /// Whether the client went away before the response was complete.
    var isAbandoned = false

    /// - Parameter namesAgents: Whether the line will name the page and the program that ask.
    init(
        _ head: RequestHead?,
        clientAddress: String,
        began: MonotonicTime,
        requestID: RequestID,
        namesAgents: Bool
    ) {
        self.began = began
        self.clientAddress = clientAddress
        self.requestID = requestID
        method = head?.method.rawValue ?? ""
        requestTarget = head?.target ?? ""
        target = requestTarget
        isOldVersion = head?.version == .http10
        guard namesAgents, let fields = head?.fields else { return }
        referer = fields.string(of: .referer) ?? ""
        userAgent = fields.string(of: .userAgent) ?? ""
    }

    mutating func note(_ decision: CORSDecision?, by policy: CORSPolicy, origin: String?) {
        guard let decision else { return }
        if let refusal = decision.refusal {
            verdict = .denied
            reason = refusal.message
            hint = { policy.hint(for: refusal) }
        } else if let mismatch = decision.preflightMismatch {
            verdict = .denied
            reason = mismatch.message
            hint = { mismatch.hint() }
        } else if let origin {
            verdict = .allowed
            reason = origin
        }
    }

    mutating func note(_ target: TargetURL) {
        self.target = target.serialized
    }

    mutating func note(_ error: ProxyError) {
        errorCode = error.code
        if verdict != .denied { reason = error.message }
    }

    private var reasonAndHint: String { hint.map { "\(reason) \($0())" } ?? reason }

    /// The record as it is logged.
    func finished(at now: MonotonicTime, timestamp: String) -> AccessRecord {
        AccessRecord(
            timestamp: timestamp,
            client: clientAddress,
            method: method,
            target: target,
            status: status,
            duration: .nanoseconds(Int64(clamping: now.nanoseconds(since: began))),
            bytesSent: Int64(responseBytes),
            bytesReceived: Int64(requestBytes),
            verdict: verdict,
            reason: isAbandoned && verdict != .denied ? "client closed" : reasonAndHint,
            errorCode: errorCode,
            requestID: requestID.text,
            requestTarget: requestTarget,
            isOldVersion: isOldVersion,
            referer: referer,
            userAgent: userAgent
        )
    }
}
