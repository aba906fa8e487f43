import Glibc
import Sockets
import TestSupport

/// Two connected sockets: one for the loop, the other in the hands of the test.
final class SocketPair {
    let near: Int32
    let far: Int32
    private var isOpen = (near: true, far: true)

    init() throws {
        var numbers: [Int32] = [0, 0]
        // A program that another test starts meanwhile must not hold an end open.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &numbers) == 0 else {
            throw SystemError("socketpair", code: errno)
        }
        near = numbers[0]
        far = numbers[1]
    }

    deinit {
        closeNear()
        closeFar()
    }

    func closeNear() {
        if isOpen.near { close(near) }
        isOpen.near = false
    }

    func closeFar() {
        if isOpen.far { close(far) }
        isOpen.far = false
    }

    /// Sends one byte from the test's end.
    func poke() {
        var byte: UInt8 = 1
        _ = write(far, &byte, 1)
    }
}

/// Counts what a loop calls it with.
final class Recorder: EventHandler {
    private(set) var readiness: [Readiness] = []
    private(set) var deadlines = 0
    var onReady: (() -> Void)?
    var onDeadline: (() -> Void)?

    func ready(for readiness: Readiness) {
        self.readiness.append(readiness)
        onReady?()
    }

    func deadlinePassed() {
        deadlines += 1
        onDeadline?()
    }
}

extension EventLoop {
    /// Turns until a condition holds.
    func turn(until what: String, _ condition: () -> Bool) throws {
        try eventually(what) {
            run()
            return condition()
        }
    }

    /// A time so many milliseconds from now.
    func time(in milliseconds: UInt64) -> MonotonicTime {
        MonotonicTime.now().advanced(byNanoseconds: milliseconds * 1_000_000)
    }
}
