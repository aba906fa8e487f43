import CCurl
import Sockets

/// A connection's bytes under a TLS session that belongs to an easy handle of libcurl.
@safe
final class CurlStream: ByteStream {
    /// The most that one TLS record carries (RFC 8446 §5.1).
    private static let recordBytes = 16_384

    /// Nil once the connection is closed.
    private var easy: CurlEasy?
    private let number: Int32
    private let dialer: Dialer
    private let handshake: TLSHandshake?
    /// What OpenSSL wants to see again, at the same address, until it is sent.
    private let record = UnsafeMutableRawBufferPointer.allocate(byteCount: recordBytes, alignment: 16)
    private var recordCount = 0
    private var isBroken = false

    /// - Parameter number: The descriptor of the handle's socket.
    init(_ easy: CurlEasy, number: Int32, handshake: TLSHandshake?, dialer: Dialer) {
        self.easy = easy
        self.handshake = handshake
        self.number = number
        self.dialer = dialer
    }

    deinit {
        unsafe record.deallocate()
    }

    /// OpenSSL's number of the rule that was broken first; 0 where none was.
    var fault: Int32 { handshake?.fault ?? 0 }

    /// Gives at most one record.
    func receive(into buffer: inout [UInt8]) -> StreamResult {
        var received = 0
        let code = unsafe buffer.withUnsafeMutableBytes { bytes -> CURLcode in
            guard let easy else { return CURLE_RECV_ERROR }
            guard let base = bytes.baseAddress, bytes.count > 0 else { return CURLE_AGAIN }
            return unsafe curl_easy_recv(easy.handle, base, bytes.count, &received)
        }
        switch code {
        case CURLE_OK: return received > 0 ? .bytes(received) : .endOfStream
        case CURLE_AGAIN: return .wouldBlock
        default: return .failed(.unexplained("recv"))
        }
    }

    /// libcurl does not tell what OpenSSL holds: only a read that would block says that nothing is left.
    var mayHaveMore: Bool { true }

    /// Accepts at most one record, which `flush` sends where the socket has no room now.
    func send(_ buffer: [UInt8], _ range: Range<Int>) -> StreamResult {
        guard flush() else { return isBroken ? .failed(.unexplained("send")) : .wouldBlock }
        let count = min(range.count, Self.recordBytes)
        unsafe buffer.withUnsafeBytes { bytes in
            unsafe record.copyMemory(
                from: .init(rebasing: bytes[range.lowerBound..<range.lowerBound + count])
            )
        }
        recordCount = count
        _ = flush()
        return isBroken ? .failed(.unexplained("send")) : .bytes(count)
    }

    func flush() -> Bool {
        guard recordCount > 0, let easy else { return true }
        var sent = 0
        switch unsafe curl_easy_send(easy.handle, record.baseAddress, recordCount, &sent) {
        case CURLE_OK where sent == recordCount:
            recordCount = 0
            return true
        case CURLE_AGAIN, CURLE_OK:
            return false
        default:
            isBroken = true
            return false
        }
    }

    /// libcurl has no word for a close_notify before it closes: only what was accepted has to be out.
    func finish() -> Bool { flush() }

    /// Ends the session and closes its socket.
    func close() {
        if let easy { dialer.close(easy, number: number) }
        easy = nil
    }

    /// libcurl has ended the session and closed the socket.
    func letGo() {
        easy = nil
    }
}
