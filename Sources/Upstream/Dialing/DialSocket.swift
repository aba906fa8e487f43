import CCurl
import Sockets

/// A socket that libcurl drives while it connects.
final class DialSocket: EventHandler {
    private let number: Int32
    private unowned let dialer: Dialer
    private let loop: EventLoop
    private var token: EventToken?

    init(_ number: Int32, _ readiness: Readiness, dialer: Dialer, loop: EventLoop) {
        self.number = number
        self.dialer = dialer
        self.loop = loop
        let token = loop.register(self)
        self.token = token
        loop.setHeavy(true, for: token)
        // Cannot fail but for memory; the dial's deadline then ends it.
        _ = Result { () throws(SystemError) in try loop.watch(number, .level(readiness), for: token) }
    }

    func rewatch(_ readiness: Readiness) {
        guard let token else { return }
        _ = Result { () throws(SystemError) in try loop.rewatch(number, .level(readiness), for: token) }
    }

    func unwatch() {
        guard let token else { return }
        loop.unwatch(number)
        loop.deregister(token)
    }

    func ready(for readiness: Readiness) {
        var events: Int32 = 0
        if readiness.contains(.readable) { events |= CURL_CSELECT_IN }
        if readiness.contains(.writable) { events |= CURL_CSELECT_OUT }
        if !readiness.isDisjoint(with: .hangUp) { events |= CURL_CSELECT_ERR }
        dialer.act(on: number, events)
    }

    func deadlinePassed() {}
}
