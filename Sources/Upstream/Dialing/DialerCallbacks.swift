import CCurl
import Sockets

/// What libcurl calls, which only takes notes.
extension Dialer {
    static let timerChanged: curl_multi_timer_callback = { _, milliseconds, context in
        guard let context = unsafe context else { return 0 }
        let dialer = unsafe Unmanaged<Dialer>.fromOpaque(context).takeUnretainedValue()
        guard let token = dialer.timerToken else { return 0 }
        switch milliseconds {
        case 0:
            dialer.isTimerDue = true
        case 1...:
            let delay = UInt64(milliseconds) &* 1_000_000
            dialer.loop.setDeadline(dialer.loop.now.advanced(byNanoseconds: delay), for: token)
        default:
            dialer.loop.setDeadline(.distantFuture, for: token)
        }
        return 0
    }

    static let socketChanged: curl_socket_callback = { _, number, what, context, _ in
        guard let context = unsafe context else { return 0 }
        let dialer = unsafe Unmanaged<Dialer>.fromOpaque(context).takeUnretainedValue()
        var readiness: Readiness = []
        if what & CURL_POLL_IN != 0 { readiness.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { readiness.insert(.writable) }
        if what == CURL_POLL_REMOVE {
            dialer.sockets.removeValue(forKey: number)?.unwatch()
        } else if let socket = dialer.sockets[number] {
            socket.rewatch(readiness)
        } else {
            dialer.sockets[number] = DialSocket(number, readiness, dialer: dialer, loop: dialer.loop)
        }
        return 0
    }

    static let closeSocket: curl_closesocket_callback = { context, number in
        guard let context = unsafe context else {
            _ = Descriptor(owning: number)
            return 0
        }
        let dialer = unsafe Unmanaged<Dialer>.fromOpaque(context).takeUnretainedValue()
        if dialer.adopted.contains(number) { return 0 }
        if let connection = dialer.secured.removeValue(forKey: number) {
            dialer.lost.append(connection)
        }
        _ = Descriptor(owning: number)
        return 0
    }
}
