import COpenSSL

/// The hash by which a server proves that it has read a WebSocket handshake; for nothing that has to be secret.
///
/// - SeeAlso: RFC 6455 §1.3.
public enum SHA1 {
    /// The 20 bytes that OpenSSL makes of others.
    public static func digest(of bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 20)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe digest.withUnsafeMutableBufferPointer { digest in
                _ = unsafe COpenSSL.SHA1(bytes.baseAddress, bytes.count, digest.baseAddress)
            }
        }
        return digest
    }
}
