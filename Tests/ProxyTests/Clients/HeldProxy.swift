import Foundation
import TestSupport

extension ProxyProcess {
    /// Does something while the proxy stands still, so that it finds all of it at once when it goes on.
    func held(_ body: () throws -> Void) throws {
        child.send(signal: SIGSTOP)
        defer { child.send(signal: SIGCONT) }
        try eventually("the proxy stands still") { child.isStopped }
        try body()
    }

    /// Whether the proxy still runs, seen by requests that it serves.
    func serves(_ upstream: ScriptedUpstream) throws -> Bool {
        for path in ["/alive/1", "/alive/2"] {
            guard try request("GET", upstream.url(path)).text == path else { return false }
        }
        return child.poll() == nil
    }
}

extension ChildProcess {
    /// Whether the process is stopped by a signal.
    fileprivate var isStopped: Bool {
        let status = FileManager.default.contents(atPath: "/proc/\(identifier)/stat") ?? Data()
        // The name in parentheses may hold spaces: the state stands behind it.
        return String(decoding: status, as: UTF8.self).split(separator: ")").last?.hasPrefix(" T") == true
    }
}
