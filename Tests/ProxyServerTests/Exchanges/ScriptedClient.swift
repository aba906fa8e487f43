import HTTPSyntax

@testable import ProxyServer

/// A client's side of an exchange that only writes down what it is told.
final class ScriptedClient: ClientStream {
    private(set) var status: Int?
    private(set) var fields = FieldSection()
    private(set) var length: BodyLength?
    private(set) var persists = false
    private(set) var body: [UInt8] = []
    private(set) var hasEnded = false
    /// How often the exchange has said that it is over: by `finish`, or by `cut`.
    private(set) var finishes = 0
    private(set) var cuts = 0
    private(set) var servesNext = false
    private(set) var resumptions = 0
    /// What came although nothing may come any more, or in a wrong order.
    private(set) var faults: [String] = []
    /// Whether the client takes nothing for now.
    var isFull = false
    /// Whether the client has gone.
    var isLost = false

    private var isOver: Bool { finishes + cuts > 0 || isLost }

    private func expect(_ condition: Bool, _ fault: String) {
        if !condition { faults.append(fault) }
    }

    func sendHead(_ head: consuming ResponseHead, _ length: BodyLength, persists: Bool) {
        expect(status == nil && !isOver, "a head of status \(head.status) behind \(status ?? 0)")
        status = head.status
        fields = head.fields
        self.length = length
        self.persists = persists
    }

    func send(_ piece: ArraySlice<UInt8>) {
        expect(status != nil && !hasEnded && !isOver, "a piece of a body out of place")
        body += piece
    }

    func flush() {}

    func endBody() {
        expect(status != nil && !hasEnded && !isOver, "the end of a body out of place")
        hasEnded = true
    }

    func finish(serveNext: Bool) {
        expect(hasEnded && !isOver, "a finish out of place")
        expect(!serveNext || persists, "another request where the head has said that there is none")
        finishes += 1
        servesNext = serveNext
    }

    func cut() {
        expect(status != nil && !hasEnded && !isOver, "a cut out of place")
        cuts += 1
    }

    func resumeBody() { resumptions += 1 }

    /// The client's end of the tunnel that was opened.
    private(set) var tunnelEnd: ScriptedTunnelEnd?

    func openTunnel(_ head: consuming ResponseHead) -> any TunnelEnd {
        expect(status == nil && !isOver, "a tunnel behind \(status ?? 0)")
        status = head.status
        fields = head.fields
        let end = ScriptedTunnelEnd()
        tunnelEnd = end
        return end
    }
}
