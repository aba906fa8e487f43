import CEpoll
import Dispatch
import Glibc

/// Calls a handler whenever files come, go or change in some folders; ends with its owner.
///
/// Files are not watched themselves: editors and those who renew certificates put new ones in their place.
public final class FolderWatch {
    private let source: any DispatchSourceRead

    /// Watches folders; those that cannot be watched are left out.
    ///
    /// - Throws: Where the system has no watch left.
    public init(
        _ folders: Set<String>,
        queue: DispatchQueue,
        handler: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let number = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard number >= 0 else { throw SystemError.last("inotify_init1") }
        let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB
        for folder in folders {
            _ = unsafe inotify_add_watch(number, folder, UInt32(events))
        }
        source = DispatchSource.makeReadSource(fileDescriptor: number, queue: queue)
        source.setEventHandler {
            Self.drain(number)
            handler()
        }
        source.setCancelHandler { close(number) }
        source.activate()
    }

    deinit {
        source.cancel()
    }

    /// Which file it was is of no account: what counts is what is in the files now.
    private static func drain(_ number: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while unsafe buffer.withUnsafeMutableBytes({ unsafe read(number, $0.baseAddress, $0.count) }) > 0 {}
    }
}
