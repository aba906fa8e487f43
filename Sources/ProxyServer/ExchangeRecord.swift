import CORSPolicy
import HTTPSyntax
import ProxyCore
import Sockets

/// What is noted about one exchange while it runs, for the one line that the log gets.
struct ExchangeRecord {
    private let began: MonotonicTime
    private let peer: SocketAddress
    private let method: String
    private var target: String
    private var verdict = ""
    private var reason = ""
    private var errorCode: ErrorCode?
    let requestID: String
    var status = 0
    var requestBytes = 0
    var responseBytes = 0
    /// Whether the client went away before the response was complete.
    var isAbandoned = false

    init(_ head: RequestHead?, peer: SocketAddress, began: MonotonicTime, requestID: String) {
        self.began = began
        self.peer = peer
        self.requestID = requestID
        method = head?.method.rawValue ?? ""
        target = head?.target ?? ""
    }

    mutating func note(_ decision: CORSDecision?) {
        guard let decision else { return }
        verdict = decision.verdictText
        reason = decision.refusal?.message ?? decision.preflightMismatch.map { "\($0)" } ?? ""
    }

    mutating func note(_ target: TargetURL) {
        self.target = target.serialized
    }

    mutating func note(_ error: ProxyError) {
        errorCode = error.code
        if reason.isEmpty { reason = error.message }
    }

    /// The record as it is logged.
    func finished(at now: MonotonicTime, timestamp: String) -> AccessRecord {
        var record = AccessRecord()
        record.timestamp = timestamp
        record.client = "\(peer.address)"
        record.method = method
        record.target = target
        record.status = status
        record.milliseconds = Double(now.nanoseconds(since: began)) / 1_000_000
        record.bytesSent = responseBytes
        record.bytesReceived = requestBytes
        record.verdict = verdict
        record.reason = reason
        record.errorCode = errorCode
        record.requestID = requestID
        return record
    }
}
