import Foundation

extension ChildProcess {
    /// The memory that is resident now, in bytes.
    package var residentBytes: Int { statusFigure("VmRSS:") }

    /// The most that was ever resident, in bytes.
    package var peakResidentBytes: Int { statusFigure("VmHWM:") }

    /// How many descriptors are open.
    package var descriptorCount: Int {
        let listing = Result { try FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd") }
        switch listing {
        case .success(let names): return names.count
        case .failure: return 0
        }
    }

    /// CPU time used so far, user and system, in milliseconds.
    package var cpuMilliseconds: Int {
        let line = String(
            decoding: FileManager.default.contents(atPath: "/proc/\(identifier)/stat") ?? Data(),
            as: UTF8.self
        )
        // The name in parentheses may hold spaces: count the fields behind it.
        let fields = line.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return 0 }
        return (user + system) * 1_000 / Int(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func statusFigure(_ key: String) -> Int {
        let status = FileManager.default.contents(atPath: "/proc/\(identifier)/status") ?? Data()
        for line in String(decoding: status, as: UTF8.self).split(separator: "\n") where line.hasPrefix(key) {
            let digits = line.filter(\.isNumber)
            return (Int(digits) ?? 0) * 1_024
        }
        return 0
    }
}
