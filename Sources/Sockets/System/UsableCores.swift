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
