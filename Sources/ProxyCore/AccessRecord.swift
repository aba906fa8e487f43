/// STUB
public struct AccessRecord: Sendable {
    public var timestamp = ""
    public var client = ""
    public var method = ""
    public var target = ""
    public var status = 0
    public var milliseconds = 0.0
    public var bytesSent = 0
    public var bytesReceived = 0
    public var verdict = ""
    public var reason = ""
    public var errorCode: ErrorCode?
    public var requestID = ""
    public init() {}
    public func writePretty(to bytes: inout [UInt8], coloured: Bool) {
        bytes.append(contentsOf: "\(timestamp) \(method) \(status) \(target) \(milliseconds)ms \(bytesSent) \(verdict) \(reason) \(errorCode?.rawValue ?? "")\n".utf8)
    }
    public func writeJSON(to bytes: inout [UInt8]) { writePretty(to: &bytes, coloured: false) }
}
public enum HelpPage {
    public static let contentSecurityPolicy = "default-src 'none'"
    public static func prefersHTML(accept: ArraySlice<UInt8>?) -> Bool { false }
    public static func html(base: String) -> String { "" }
    public static func text(base: String) -> String { "help" }
}
