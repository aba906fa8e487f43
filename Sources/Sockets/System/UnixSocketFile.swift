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

    /// Changes who may connect.
    func setMode(_ mode: UInt16) {
        _ = unsafe chmod(path, mode_t(mode))
    }

    /// Sets who may connect to what has just been bound, which goes again where that fails.
    static func setModeOrRemove(_ path: String, _ mode: UInt16) throws(SystemError) {
        guard unsafe chmod(path, mode_t(mode)) != 0 else { return }
        let error = SystemError.last("chmod")
        _ = unsafe unlink(path)
        throw error
    }

    /// Removes the socket that a program has left at a path when it ended.
    ///
    /// - Throws: EADDRINUSE where a program answers there, EEXIST where something else than a socket stands.
    static func removeStale(at path: String, _ address: UnixAddress) throws(SystemError) {
        guard let status = status(of: path) else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw SystemError("bind", code: EEXIST) }
        let probe = try SystemSocket.open(.unix)
        guard isRefused(probe, address) else { throw SystemError("bind", code: EADDRINUSE) }
        _ = unsafe unlink(path)
    }

    private static func isRefused(_ probe: borrowing Descriptor, _ address: UnixAddress) -> Bool {
        do throws(SystemError) {
            try SystemSocket(probe.number).connect(to: address)
            return false
        } catch {
            return error.code == ECONNREFUSED
        }
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }
}
