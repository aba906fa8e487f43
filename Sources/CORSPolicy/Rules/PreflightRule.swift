import HTTPTypes

/// How a preflight is answered, apart from origin, methods and headers.
struct PreflightRule: Sendable {
    let status: Int
    let maxAgeField: HTTPField
    let grantsPrivateNetwork: Bool

    /// More is kept by no browser: Firefox's bound.
    private static let longestMaxAge = 86_400
    /// Chromium's bound.
    private static let usefulMaxAge = 7_200

    init(_ configuration: CORSConfiguration, findings: inout Findings) {
        status = configuration.preflightStatus
        grantsPrivateNetwork = configuration.allowPrivateNetwork
        let maxAge = configuration.maxAge
        maxAgeField = HTTPField(name: .accessControlMaxAge, value: String(max(0, maxAge)))
        if status != 200, status != 204 {
            findings.refuse(
                "preflightStatus",
                "A preflight cannot be answered with \(status).",
                mend: "Write 204, or 200 for old clients."
            )
        }
        if maxAge < -1 || maxAge > Self.longestMaxAge {
            findings.refuse(
                "maxAge",
                "\(maxAge) is out of range.",
                mend: "Write seconds from 0 (keep nothing) to \(Self.longestMaxAge)."
            )
        } else if maxAge > Self.usefulMaxAge {
            findings.warn(
                "maxAge",
                "\(maxAge) seconds are more than most browsers keep: Chromium 7200, Safari 600, Firefox 86400.",
                mend: "Write 7200 or less."
            )
        }
    }
}
