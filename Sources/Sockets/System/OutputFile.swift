import Glibc

/// A file or a stream that is only appended to, by blocking writes.
public struct OutputFile: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Opens standard output once more, so that closing this leaves it open.
    public static func standardOutput() throws(SystemError) -> OutputFile {
        try copy(of: STDOUT_FILENO)
    }

    /// Opens standard error once more.
    public static func standardError() throws(SystemError) -> OutputFile {
        try copy(of: STDERR_FILENO)
    }

    private static func copy(of stream: Int32) throws(SystemError) -> OutputFile {
        let number = dup(stream)
        guard number >= 0 else { throw SystemError.last("dup") }
        return OutputFile(descriptor: Descriptor(owning: number))
    }

    private init(descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Opens a file to append to, and makes it where it does not exist.
    public init(appendingTo path: String) throws(SystemError) {
        let number = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard number >= 0 else { throw SystemError.last("open") }
        descriptor = Descriptor(owning: number)
    }

    /// Whether a terminal shows what is written.
    public var isTerminal: Bool { isatty(descriptor.number) == 1 }

    /// Writes all bytes from `start` on, and waits as long as that takes.
    ///
    /// - Parameter start: Then stands behind what has been written.
    /// - Throws: For a full disk or a reader that has gone; a part may have been written.
    public borrowing func write(_ bytes: [UInt8], from start: inout Int) throws(SystemError) {
        while start < bytes.count {
            let offset = start
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(descriptor.number, base + offset, buffer.count - offset)
            }
            if count > 0 {
                start += count
            } else {
                let error = SystemError.last("write")
                guard error.isInterrupted else { throw error }
            }
        }
    }
}
