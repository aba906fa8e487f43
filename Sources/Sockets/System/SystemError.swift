import Glibc

/// A system call that failed.
///
/// For the log and for decisions; its text is never shown to a client.
public struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was attempted, for example `bind`.
    public let operation: StaticString
    /// The value of `errno`.
    public let code: Int32

    /// Makes an error of a code that a call returned.
    public init(_ operation: StaticString, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// Takes the code from `errno`, straight after the call.
    static func last(_ operation: StaticString) -> SystemError {
        SystemError(operation, code: errno)
    }

    /// There is no memory left.
    public static let outOfMemory = SystemError("malloc", code: ENOMEM)

    /// The peer has broken the connection off.
    static func connectionReset(_ operation: StaticString) -> SystemError {
        SystemError(operation, code: ECONNRESET)
    }

    /// The peer has broken the rules.
    static func protocolBroken(_ operation: StaticString) -> SystemError {
        SystemError(operation, code: EPROTO)
    }

    /// The kernel takes no path of that length.
    static func nameTooLong(_ operation: StaticString) -> SystemError {
        SystemError(operation, code: ENAMETOOLONG)
    }

    /// Nothing can be sent any more.
    static func finished(_ operation: StaticString) -> SystemError {
        SystemError(operation, code: EPIPE)
    }

    /// The connection was closed by this program.
    public static func closed(_ operation: StaticString) -> SystemError {
        SystemError(operation, code: EBADF)
    }

    /// A library tells no more than that it failed.
    public static func unexplained(_ operation: StaticString) -> SystemError {
        SystemError(operation, code: EIO)
    }

    /// Whether a call would have had to wait.
    var isNothingNow: Bool { code == EAGAIN || code == EWOULDBLOCK }

    /// Whether a signal came in between: the call is to be made again.
    var isInterrupted: Bool { code == EINTR }

    /// Whether the process or the system has no descriptor left.
    public var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE }

    /// Whether the process or the system has no descriptor or buffer left.
    var isOutOfResources: Bool { isOutOfDescriptors || code == ENOBUFS || code == ENOMEM }

    /// Whether another program listens on the address.
    public var isAddressInUse: Bool { code == EADDRINUSE }

    /// The operation and the system's words, for example `bind: Address already in use`.
    public var description: String {
        unsafe "\(operation): \(String(cString: strerror(code)))"
    }

    /// Two errors are equal when their codes are: the operation only explains.
    public static func == (left: SystemError, right: SystemError) -> Bool {
        left.code == right.code
    }
}
