import CORSPolicy
import HTTPSyntax
import ProxyCore
import Sockets

/// What is noted about one exchange while it runs, for the one line that the log gets and for the metrics.
///
/// An object: it is handed to both at the end without being copied.
final class ExchangeRecord {
    private let began: MonotonicTime
    private let clientAddress: String
    private let method: String
    private let requestTarget: String
    /// What was asked of an upstream; as text only where a line is written.
    private var target: TargetURL?
    private let isOldVersion: Bool
    private var referer = ""
    private var userAgent = ""
    private var verdict = AccessRecord.Verdict.notCORS
    private var reason = ""
    /// What to change so that a blocked request would pass; worked out only where a line is written.
    private var hint: (() -> String)?
    private var error: ProxyError?
    private var interimResponses = InterimResponses()
    /// The policy's word for its refusal.
    private var denial: String?
    /// Since when the upstream has been waited for.
    private var upstreamBegan: MonotonicTime?
    private var upstreamNanoseconds: UInt64?
    private var headWritten: MonotonicTime?
    let requestID: RequestID
    /// Where the figures of the request's route stand.
    var routeIndex = 0
    var status = 0
    var requestBytes = 0
    var responseBytes = 0
    /// Whether the client went away before the response was complete.
    var isAbandoned = false
    /// How far the tunnel is that the request has opened; nil where it has opened none.
    private(set) var tunnel: AccessRecord.TunnelStage?

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
        isOldVersion = head?.version == .http10
        guard namesAgents, let fields = head?.fields else { return }
        referer = fields.string(of: .referer) ?? ""
        userAgent = fields.string(of: .userAgent) ?? ""
    }

    /// - Parameter advice: What to do about a refusal, where the policy's own hint would not help.
    func note(_ decision: CORSDecision?, by policy: CORSPolicy, origin: String?, advice: String?) {
        guard let decision else { return }
        if let refusal = decision.refusal {
            verdict = .denied
            denial = refusal.name
            reason = refusal.message
            hint = { advice ?? policy.hint(for: refusal) }
        } else if let mismatch = decision.preflightMismatch {
            verdict = .denied
            denial = mismatch.name
            reason = mismatch.message
            hint = { policy.hint(for: mismatch) }
        } else if let embedding = decision.embeddingOrigin {
            reason = "embedded by \(embedding)"
        } else if let origin, decision.verdict != .sameOrigin {
            verdict = .allowed
            reason = origin
        }
    }

    func note(_ target: TargetURL) {
        self.target = target
    }

    func note(_ error: ProxyError) {
        self.error = error
        if verdict != .denied { reason = error.message }
    }

    /// The upstream has sent an interim response, which goes no further.
    func note(interim status: Int) {
        interimResponses.count(status)
    }

    // MARK: Times

    /// The upstream's turn begins.
    func noteUpstreamBegan(at now: MonotonicTime) {
        upstreamBegan = now
    }

    /// The upstream has answered, or has been given up.
    func noteUpstreamAnswered(at now: MonotonicTime) {
        guard let began = upstreamBegan else { return }
        upstreamBegan = nil
        upstreamNanoseconds = (upstreamNanoseconds ?? 0) &+ now.nanoseconds(since: began)
    }

    func noteHeadWritten(at now: MonotonicTime) {
        headWritten = now
    }

    // MARK: The tunnel

    /// The client has been told that a tunnel is open.
    func noteTunnelOpened() {
        tunnel = .opened
    }

    /// The tunnel is over, where there was one; the first reason counts.
    func noteTunnelEnded(_ ending: TunnelEnding) {
        if tunnel == .opened { tunnel = .ended(ending) }
    }

    // MARK: The end

    var errorCode: ErrorCode? { error?.code }

    /// Why it was refused or failed, and what to do about that; nil where it was not.
    var remark: String? {
        // Of the policy's refusal the log tells more than the client is told.
        if verdict == .denied, error == nil || error?.message == reason { return reasonAndHint }
        return error.map { "\($0.message) \($0.hint)" }
    }

    private var reasonAndHint: String { hint.map { "\(reason) \($0())" } ?? reason }

    /// The record as it is logged.
    func finished(at now: MonotonicTime, timestamp: String) -> AccessRecord {
        AccessRecord(
            timestamp: timestamp,
            client: clientAddress,
            method: method,
            target: target?.serialized ?? requestTarget,
            status: status,
            duration: .nanoseconds(Int64(clamping: now.nanoseconds(since: began))),
            bytesSent: Int64(responseBytes),
            bytesReceived: Int64(requestBytes),
            verdict: verdict,
            reason: isAbandoned && verdict != .denied && tunnel == nil ? "client closed" : reasonAndHint,
            errorCode: errorCode,
            requestID: requestID.text,
            requestTarget: requestTarget,
            isOldVersion: isOldVersion,
            referer: referer,
            userAgent: userAgent,
            tunnel: tunnel
        )
    }

    /// Counts the exchange: at its end, or when its tunnel opens.
    func count(in figures: inout ShardFigures, at now: MonotonicTime) {
        countResponse(in: &figures.routes[routeIndex], at: now)
        if let errorCode { figures.errors[errorCode, default: 0] += 1 }
        if let brokenRule = error?.rule {
            let side =
                errorCode?.side == .upstream ? \ShardFigures.upstreamFaults : \ShardFigures.clientFaults
            figures[keyPath: side][brokenRule, default: 0] += 1
        }
        figures.interimResponses.add(interimResponses)
        if let denial { figures.denials[denial, default: 0] += 1 }
    }

    private func countResponse(in route: inout ShardFigures.RouteFigures, at now: MonotonicTime) {
        // A tunnel is open for as long as somebody wants it to be: that is no duration of a request.
        guard tunnel == nil else { return route.count(status: status, verdict) }
        var upstream = upstreamNanoseconds
        if let upstreamBegan { upstream = (upstream ?? 0) &+ now.nanoseconds(since: upstreamBegan) }
        let untilHead = (headWritten ?? now).nanoseconds(since: began)
        route.count(
            status: status,
            verdict,
            total: now.nanoseconds(since: began),
            proxy: untilHead - min(upstream ?? 0, untilHead),
            upstream: upstream
        )
        route.requestBytes += requestBytes
        route.responseBytes += responseBytes
    }
}
