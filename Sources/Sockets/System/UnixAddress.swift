import CEpoll
import Glibc

/// The path of a unix socket, or the abstract name of one, in the kernel's form.
struct UnixAddress {
    /// Without the last zero; an abstract name starts with one.
    private let bytes: [UInt8]

    /// - Returns: nil for a text that is empty, holds a zero byte, or is longer than 107 bytes.
    init?(_ text: String) {
        var bytes = Array(text.utf8)
        guard (1...107).contains(bytes.count), !bytes.contains(0) else { return nil }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        self.bytes = bytes
    }

    /// The text of what the kernel tells.
    static func text(_ bytes: [UInt8]) -> String {
        guard let first = bytes.first else { return "" }
        guard first == 0 else { return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
        return "@" + String(decoding: bytes.dropFirst(), as: UTF8.self)
    }

    /// Calls a body with the address in the kernel's form.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(AF_UNIX)
        let offset = MemoryLayout<sa_family_t>.size
        unsafe withUnsafeMutableBytes(of: &storage) { buffer in
            for (index, byte) in bytes.enumerated() {
                unsafe buffer[offset + index] = byte
            }
        }
        // A path ends with a zero; an abstract name ends where the length says.
        let length = offset + bytes.count + (bytes[0] == 0 ? 0 : 1)
        return unsafe withUnsafePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(length))
            }
        }
    }
}
