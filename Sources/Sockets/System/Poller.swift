import CEpoll
import Glibc

/// One epoll descriptor and the events that it reported last.
///
/// Safe although an event can carry a pointer: here it always carries a key.
@safe
final class Poller {
    /// The most events of one `wait`: so few that a round which handles them all stays short.
    static let capacity = 32

    let descriptor: Descriptor
    private var events: [epoll_event]

    init() throws(SystemError) {
        let number = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard number >= 0 else { throw SystemError.last("epoll_create1") }
        descriptor = Descriptor(owning: number)
        unsafe events = unsafe [epoll_event](repeating: epoll_event(), count: Self.capacity)
    }

    /// Starts to watch a descriptor; `key` comes back with its events.
    func add(_ number: Int32, _ trigger: Trigger, key: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_ADD, number, trigger, key)
    }

    /// Replaces what a watched descriptor is watched for.
    func modify(_ number: Int32, _ trigger: Trigger, key: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_MOD, number, trigger, key)
    }

    /// Stops watching; a descriptor that is closed already needs no call.
    func remove(_ number: Int32) {
        var event = unsafe epoll_event()
        _ = unsafe epoll_ctl(descriptor.number, EPOLL_CTL_DEL, number, &event)
    }

    /// Waits for events and returns how many there are.
    ///
    /// - Parameter milliseconds: 0 only looks.
    func wait(milliseconds: Int32) -> Int {
        let count = unsafe events.withUnsafeMutableBufferPointer { buffer -> Int32 in
            // The header of glibc 2.39 takes no null pointer here, that of 2.36 does.
            guard let start = buffer.baseAddress else { return 0 }
            return unsafe epoll_wait(descriptor.number, start, Int32(buffer.count), milliseconds)
        }
        return max(0, Int(count))
    }

    /// The event at an index below what `wait` returned.
    func event(at index: Int) -> (key: UInt64, readiness: Readiness) {
        let event = unsafe events[index]
        return unsafe (event.data.u64, Readiness(events: event.events))
    }

    private func control(
        _ operation: Int32,
        _ number: Int32,
        _ trigger: Trigger,
        _ key: UInt64
    ) throws(SystemError) {
        var event = unsafe epoll_event(events: trigger.events, data: epoll_data_t(u64: key))
        guard unsafe epoll_ctl(descriptor.number, operation, number, &event) == 0 else {
            throw SystemError.last("epoll_ctl")
        }
    }
}

extension Readiness {
    /// Reads epoll's bits.
    fileprivate init(events: UInt32) {
        self = []
        if events & EPOLLIN.rawValue != 0 { insert(.readable) }
        if events & EPOLLOUT.rawValue != 0 { insert(.writable) }
        if events & EPOLLRDHUP.rawValue != 0 { insert(.peerClosed) }
        if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { insert(.hangUp) }
    }
}

extension Trigger {
    /// What epoll is asked to watch for.
    fileprivate var events: UInt32 {
        switch self {
        case .edge: EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        case .level(let readiness):
            (readiness.contains(.readable) ? EPOLLIN.rawValue : 0)
                | (readiness.contains(.writable) ? EPOLLOUT.rawValue : 0)
                | (readiness.contains(.peerClosed) ? EPOLLRDHUP.rawValue : 0)
        }
    }
}
