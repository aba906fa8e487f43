import Foundation
import TestSupport
import Testing

/// What a service manager is told.
@Suite struct ServiceManagerTests {
    @Test func `start, reload and end are told to NOTIFY_SOCKET`() throws {
        let folder = try TemporaryFolder()
        let manager = try ActivationSocket(path: "\(folder.path)/notify", datagrams: true)
        var launch = ProxyProcess.Launch(arguments: [])
        launch.environment["NOTIFY_SOCKET"] = "\(folder.path)/notify"
        let proxy = try ProxyProcess(#"{"listen": {"port": 0}}"#, launch)
        func next() throws -> [Substring] {
            var message: String?
            try eventually("a message") {
                message = manager.datagram()
                return message != nil
            }
            return (message ?? "").split(separator: "\n")
        }
        #expect(try next() == ["READY=1", "STATUS=Serving"])
        proxy.child.send(signal: SIGHUP)
        let reloading = try next()
        #expect(reloading.first == "RELOADING=1")
        #expect(reloading.dropFirst().first?.hasPrefix("MONOTONIC_USEC=") == true)
        #expect(try next().first == "READY=1")
        try proxy.folder.write("{", to: "config.json")
        proxy.child.send(signal: SIGHUP)
        #expect(try next().first == "RELOADING=1")
        #expect(try next().last?.contains("refused") == true)
        proxy.child.send(signal: SIGTERM)
        #expect(try next().first == "STOPPING=1")
        #expect(try proxy.child.exit() == .status(0))
    }
}
