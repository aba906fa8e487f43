import HTTPSyntax
import IPAddresses
import ProxyCore
import Sockets
import Upstream

@testable import ProxyServer

/// Streams to upstreams that do nothing but write down what they are told; a test speaks for them.
final class ScriptedUpstreams: UpstreamProvider {
    /// Whether streams are there at once.
    var opensAtOnce = true
    private(set) var opened: [Stream] = []
    private(set) var pending: [Pending] = []

    func open(_ request: ConnectionRequest, fresh: Bool, for client: IPAddress?, _ transfer: Transfer)
        -> UpstreamOpening
    {
        guard opensAtOnce else {
            pending.append(Pending(transfer))
            return .pending(pending[pending.count - 1])
        }
        let stream = Stream(transfer, isFresh: fresh)
        opened.append(stream)
        return .opened(stream)
    }

    /// Opens the stream that was asked for last.
    func openPending() {
        guard let last = pending.last, let transfer = last.transfer else { return }
        last.settle()
        let stream = Stream(transfer, isFresh: true)
        opened.append(stream)
        transfer.opened(stream)
    }

    /// Refuses the stream that was asked for last.
    func refusePending(_ failure: ConnectFailure) {
        guard let last = pending.last, let transfer = last.transfer else { return }
        last.settle()
        transfer.openingFailed(failure)
    }

    /// Forgets what is over.
    func clear() {
        opened = []
        pending = []
    }

    final class Pending: PendingUpstream {
        private(set) weak var transfer: Transfer?
        /// How often it was opened, refused or cancelled.
        private(set) var ends = 0

        init(_ transfer: Transfer) { self.transfer = transfer }

        var isOpen: Bool { ends == 0 }

        func settle() { ends += 1 }
        func cancel() { ends += 1 }
    }

    final class Stream: UpstreamStream {
        private(set) weak var transfer: Transfer?
        let isFresh: Bool
        private(set) var head: String?
        private(set) var body: [UInt8] = []
        private(set) var hasEndedBody = false
        private(set) var isPaused = false
        private(set) var keepsConnection = false
        /// How often it was told to end.
        private(set) var ends = 0
        private(set) var faults: [String] = []
        var isFull = false

        init(_ transfer: Transfer, isFresh: Bool) {
            self.transfer = transfer
            self.isFresh = isFresh
        }

        var isSending: Bool { isFull }
        var isOpen: Bool { ends == 0 }

        private func note(_ call: String) {
            if !isOpen { faults.append("\(call) behind the end") }
        }

        func sendHead(_ request: UpstreamRequest) {
            note("a head")
            head = "\(request.method.rawValue) \(request.target.serialized)"
        }

        func send(_ piece: ArraySlice<UInt8>) {
            note("a piece")
            if hasEndedBody { faults.append("a piece behind the body") }
            body += piece
        }

        func endBody() {
            note("the end of a body")
            if hasEndedBody { faults.append("a second end of the body") }
            hasEndedBody = true
        }

        func flush() { note("a flush") }
        func pause() { isPaused = true }
        func resume() { isPaused = false }
        func setDeadline(_ time: MonotonicTime) {}

        func end(keepsConnection: Bool) {
            ends += 1
            self.keepsConnection = keepsConnection
        }
    }
}
