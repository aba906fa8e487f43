import TestSupport

/// The admin listener of a proxy.
struct Admin {
    static let config = #""admin": {"enabled": true, "port": 0}"#

    let port: Int
    /// Kept running.
    private let proxy: ProxyProcess

    /// Finds the port in what the proxy has printed.
    init(of proxy: ProxyProcess) throws {
        self.proxy = proxy
        var port: Int?
        try eventually("the admin listener's port in \(proxy.child.standardOutput)") {
            let text = proxy.child.standardOutput + proxy.child.standardError
            guard let start = text.firstRange(of: "health and metrics on http://") else { return false }
            let authority = text[start.upperBound...].prefix { !$0.isWhitespace && $0 != "\"" }
            port = authority.split(separator: ":").last.flatMap { Int($0) }
            return port != nil
        }
        self.port = port ?? 0
    }

    /// Sends one request and reads the response.
    func request(
        _ path: String,
        _ fields: [String] = [],
        method: String = "GET",
        host: String = "127.0.0.1"
    ) throws -> RawResponse {
        let client = try RawClient(port: port)
        let lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)", "Connection: close"] + fields
        try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        return try client.readResponse(to: method)
    }

    /// The metrics now.
    func metrics() throws -> MetricsReading { MetricsReading(try request("/metrics").text) }

    /// Waits until the metrics are as they should be, and returns them.
    @discardableResult
    func metrics(_ what: String, where condition: (MetricsReading) -> Bool) throws -> MetricsReading {
        var reading = try metrics()
        try eventually(what) {
            reading = try metrics()
            return condition(reading)
        }
        return reading
    }
}
