import Glibc

/// Raises the number of descriptors that the process may have as far as the system lets it.
///
/// - Returns: How many it may have now.
public func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
    if limit.rlim_cur < limit.rlim_max {
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    return Int(clamping: limit.rlim_cur)
}

/// Has the kernel make room for so many descriptors now.
///
/// It enlarges their table in steps, as they come, and has the thread that needs the next step wait until no
/// processor looks at the old table any more: an event loop would be held for up to a fifth of a second.
public func makeRoomForDescriptors(_ number: Int) {
    guard let some = Descriptor.reserve() else { return }
    let last = fcntl(some.number, F_DUPFD_CLOEXEC, Int32(clamping: number - 1))
    if last >= 0 { close(last) }
}

extension Descriptor {
    /// A descriptor that is held only to be given up where no other is left; `nil` where none is left now.
    public static func reserve() -> Descriptor? {
        let number = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        return number >= 0 ? Descriptor(owning: number) : nil
    }
}
