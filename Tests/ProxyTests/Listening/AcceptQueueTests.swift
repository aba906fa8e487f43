import Foundation
import TestSupport
import Testing

@Suite struct AcceptQueueTests {
    @Test func `what waits in the accept queue when the program is ended is still served`() throws {
        // Which of the two the proxy sees first is chance: the connections or the signal.
        for _ in 0..<10 {
            let proxy = try ProxyProcess()
            var clients: [RawClient] = []
            try proxy.held {
                proxy.child.send(signal: SIGTERM)
                for _ in 0..<20 {
                    let client = try RawClient(port: proxy.port)
                    try client.send(proxy.head("GET", "iscorsneeded"))
                    clients.append(client)
                }
            }
            for client in clients { #expect(try client.readResponse().text == "no") }
            #expect(try proxy.child.exit() == .status(0))
        }
    }
}
