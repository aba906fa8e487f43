import Glibc

/// What the system says of this process.
public struct ProcessFigures: Sendable {
    /// User and system time, in nanoseconds.
    public let cpuNanoseconds: UInt64
    /// Bytes in memory.
    public let residentBytes: Int
    /// Bytes of address space.
    public let virtualBytes: Int
    /// Descriptors that are open.
    public let openDescriptors: Int
    /// Descriptors that may be open.
    public let maximumDescriptors: Int

    /// Asks the system.
    public static func now() -> ProcessFigures {
        let pages = memoryPages()
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        return ProcessFigures(
            cpuNanoseconds: Clock.processor(),
            residentBytes: pages.resident * pageSize,
            virtualBytes: pages.total * pageSize,
            openDescriptors: countDescriptors(),
            maximumDescriptors: descriptorLimit()
        )
    }

    /// Reads the first two numbers of `/proc/self/statm`.
    private static func memoryPages() -> (total: Int, resident: Int) {
        let numbers = (firstLine(of: "/proc/self/statm") ?? "").split(separator: " ").compactMap { Int($0) }
        return numbers.count > 1 ? (numbers[0], numbers[1]) : (0, 0)
    }

    private static func countDescriptors() -> Int {
        guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // Two entries are the folder and its parent, and one descriptor reads them.
        return max(0, count - 3)
    }

    private static func descriptorLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }
}
