import Glibc

/// Tells whether a file or a folder may have changed: which one it is, how long, and when it was written.
public struct FileMark: Sendable, Equatable {
    private let device: UInt
    private let number: UInt
    private let size: Int
    private let written: [Int]

    /// Returns nil where it cannot be looked at.
    public init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        number = UInt(status.st_ino)
        size = Int(status.st_size)
        // Both: a copy may bring its old time of writing along.
        written = [
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}
