import Text

/// What the log says about one request; every request gets exactly one, and one that opens a tunnel another one at
/// the tunnel's end.
public struct AccessRecord: Sendable, Hashable {
    /// How the CORS policy saw the request.
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// Allowed: the page may read the answer.
        case allowed
        /// Refused, or answered so that the browser refuses it.
        case denied
        /// No cross-origin request: the policy had nothing to decide.
        case notCORS = "not-cors"
    }

    /// What a record about a tunnel tells of.
    public enum TunnelStage: Sendable, Hashable {
        /// That it has opened: no byte has gone through it yet.
        case opened
        /// That it has ended: the bytes are those that went through it.
        case ended(TunnelEnding)
    }

    /// When the request was done with: ISO 8601, for example `2026-01-31T12:00:01.250Z`.
    public var timestamp: String
    /// The client's address.
    public var client: String
    /// The request method.
    public var method: String
    /// The URL asked of the upstream, or the request-target; without query, fragment and userinfo.
    public let target: String
    /// The request-target as the client sent it; without query, fragment and userinfo.
    public let requestTarget: String
    /// Whether the client spoke HTTP/1.0.
    public var isOldVersion: Bool
    /// The page that the client says it came from; without query, fragment and userinfo.
    public let referer: String
    /// What the client says it is.
    public var userAgent: String
    /// The status sent; 0 where no response was.
    public var status: Int
    /// From the first byte of the request to the last one of the response.
    public var duration: Duration
    /// Bytes of the response body sent to the client.
    public var bytesSent: Int64
    /// Bytes of the request body received from the client.
    public var bytesReceived: Int64
    /// How the CORS policy saw the request.
    public var verdict: Verdict
    /// The origin or the rule that decided; may be empty.
    public var reason: String
    /// The proxy's own error, where it answered with one.
    public var errorCode: ErrorCode?
    /// The id that an error's body carries too.
    public var requestID: String
    /// What is told of a tunnel; nil of a request that has opened none.
    public var tunnel: TunnelStage?

    /// Makes a record; of the two targets and `referer` only what may be logged is kept.
    public init(
        timestamp: String,
        client: String,
        method: String,
        target: String,
        status: Int,
        duration: Duration,
        bytesSent: Int64,
        bytesReceived: Int64,
        verdict: Verdict,
        reason: String,
        errorCode: ErrorCode? = nil,
        requestID: String,
        requestTarget: String = "",
        isOldVersion: Bool = false,
        referer: String = "",
        userAgent: String = "",
        tunnel: TunnelStage? = nil
    ) {
        self.timestamp = timestamp
        self.client = client
        self.method = method
        self.target = LoggedTarget.text(of: target)
        self.status = status
        self.duration = duration
        self.bytesSent = bytesSent
        self.bytesReceived = bytesReceived
        self.verdict = verdict
        self.reason = reason
        self.errorCode = errorCode
        self.requestID = requestID
        self.requestTarget = LoggedTarget.text(of: requestTarget)
        self.isOldVersion = isOldVersion
        self.referer = LoggedTarget.text(of: referer)
        self.userAgent = userAgent
        self.tunnel = tunnel
    }

    /// Appends the duration in milliseconds: one decimal below 100, none from there on; never rounded up.
    func writeMilliseconds(to bytes: inout [UInt8]) {
        let (seconds, attoseconds) = duration.components
        let (tenths, overflow) = max(0, seconds).multipliedReportingOverflow(by: 10_000)
        let total = overflow ? Int64.max : tenths.saturatingAdding(attoseconds / 100_000_000_000_000)
        bytes.appendDecimal(total / 10)
        if total < 1_000 {
            bytes.append(UInt8(ascii: "."))
            bytes.appendDecimal(total % 10)
        }
    }
}

extension Int64 {
    fileprivate func saturatingAdding(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
