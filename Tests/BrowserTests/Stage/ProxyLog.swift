import Foundation
import TestSupport

/// What a proxy's log says, from now on, about the requests for certain upstreams.
///
/// What it said before is left out: an upstream of another case may have had the same port.
struct ProxyLog {
    private struct Entry: Decodable {
        let method: String
        let target: String
        let status: Int
        let error: String?
    }

    private let proxy: ProxyProcess
    private let authorities: [String]
    private let earlierLines: Int

    init(_ proxy: ProxyProcess, upstreams: [ScriptedUpstream]) {
        self.proxy = proxy
        authorities = upstreams.map { "http://\($0.authority)/" }
        earlierLines = ProxyLog.wholeLines(of: proxy).count
    }

    private static func wholeLines(of proxy: ProxyProcess) -> [Substring] {
        proxy.child.standardOutput.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    /// The requests so far, as "METHOD status", with the code behind it of an error of the proxy's own.
    func lines() throws -> [String] {
        try ProxyLog.wholeLines(of: proxy).dropFirst(earlierLines).compactMap { line in
            guard authorities.contains(where: { line.contains($0) }) else { return nil }
            let entry = try JSONDecoder().decode(Entry.self, from: Data(line.utf8))
            return "\(entry.method) \(entry.status)" + (entry.error.map { " \($0)" } ?? "")
        }
    }
}
