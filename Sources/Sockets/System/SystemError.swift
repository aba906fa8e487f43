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
