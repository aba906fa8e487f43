import CEpoll
import Glibc

/// The cores that the process may use: affinity and the quota of its control group counted.
public func usableCores() -> Int {
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let bound = affinityCores() ?? cores
    return max(1, min(bound, quotaCores() ?? bound))
}

private func affinityCores() -> Int? {
    var set = cpu_set_t()
    guard unsafe sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else { return nil }
    return unsafe withUnsafeBytes(of: &set) { bytes in
        unsafe bytes.reduce(0) { $0 + $1.nonzeroBitCount }
    }
}

/// Reads `cpu.max` of cgroup v2: a quota and a period in microseconds, or `max`.
private func quotaCores() -> Int? {
    guard let text = firstLine(of: "/sys/fs/cgroup/cpu.max") else { return nil }
    let parts = text.split(separator: " ")
    guard parts.count == 2, let quota = Int(parts[0]), let period = Int(parts[1]), period > 0 else {
        return nil
    }
    return max(1, (quota + period - 1) / period)
}

/// Reads the first line of a small file of the system.
func firstLine(of path: String) -> String? {
    let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { return nil }
    let descriptor = Descriptor(owning: number)
    var buffer = [UInt8](repeating: 0, count: 128)
    let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(descriptor.number, $0.baseAddress, $0.count)
    }
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
}

/// The number that the system knows this process by.
func ownProcessNumber() -> Int32 { getpid() }

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
