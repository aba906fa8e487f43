import Glibc

/// The file of a unix socket that this process has made.
struct UnixSocketFile: Sendable {
    private let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Remembers what stands at a path now.
    init?(_ path: String) {
        guard let status = Self.status(of: path) else { return nil }
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    /// Removes the file, unless another program has put its own there.
    func remove() {
        guard let status = Self.status(of: path), status.st_dev == device, status.st_ino == inode else {
            return
        }
        _ = unsafe unlink(path)
    }

    /// Removes the socket that a program has left at a path when it ended.
    ///
    /// - Throws: EADDRINUSE where a program answers there, EEXIST where something else than a socket stands.
    static func removeStale(at path: String, _ address: UnixAddress) throws(SystemError) {
        guard let status = status(of: path) else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw SystemError("bind", code: EEXIST) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, kind, 0)
        guard number >= 0 else { throw SystemError.last("socket") }
        let probe = Descriptor(owning: number)
        let result = unsafe address.withSockaddr { unsafe connect(probe.number, $0, $1) }
        guard result != 0, errno == ECONNREFUSED else { throw SystemError("bind", code: EADDRINUSE) }
        _ = unsafe unlink(path)
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }
}
