import CCurl
import HTTPSyntax
import Sockets

/// One request whose response is handed out as the bytes that came, for readers other than the proxy's own.
///
/// For tools: it blocks the thread. libcurl makes the connection and sees none of the messages on it.
@safe
public final class RawRequest {
    private static let maximumBytes = 1 << 20

    private let easy: CurlEasy
    private var list: CurlList?
    private let handshakes: TLSHandshakes
    private let timeout: Duration
    private let sockets: GuardedSockets

    /// Prepares a request.
    ///
    /// - Parameters:
    ///   - request: How the host is reached; over TLS a forward proxy is tunnelled through, other ones do not fit.
    ///   - timeout: For all of it.
    /// - Throws: `ConnectFailure.internalError`.
    public init(over request: ConnectionRequest, timeout: Duration) throws(DirectRequestError) {
        guard let easy = CurlEasy() else { throw .connection(.internalError) }
        sockets = GuardedSockets(of: request)
        self.easy = easy
        self.timeout = timeout
        let origin = request.origin
        var settings = CurlSettings(easy)
        settings.set(CURLOPT_CONNECT_ONLY, 1)
        settings.set(CURLOPT_URL, "\(origin.scheme.rawValue)://\(origin.host):\(origin.port)/")
        list = settings.setRoute(request)
        settings.readAuthorities(of: request.profile)
        handshakes = TLSHandshakes(noting: request)
        handshakes.install(in: &settings)
        settings.discardOutput()
        sockets.install(in: &settings)
        guard settings.succeeded else { throw .connection(.internalError) }
    }

    /// Sends bytes, and reads until the reader has enough, the server closes, or 1 MiB has come.
    ///
    /// - Parameters:
    ///   - bytes: A whole request.
    ///   - isEnough: Is told all that has come so far, and whether the server has closed.
    /// - Returns: What the reader was told last.
    public func send(
        _ bytes: [UInt8],
        until isEnough: (_ response: [UInt8], _ hasEnded: Bool) -> Bool
    ) throws(DirectRequestError) -> (response: [UInt8], hasEnded: Bool) {
        let code = unsafe curl_easy_perform(easy.handle)
        guard code == CURLE_OK, let number = easy.activeSocket else {
            throw .connection(sockets.failure(code, of: easy, handshakes: handshakes))
        }
        let limit = MonotonicTime.now().advanced(byNanoseconds: timeout.inNanoseconds)
        try send(bytes, on: number, before: limit)
        var response: [UInt8] = []
        var hasEnded = false
        while !isEnough(response, hasEnded), !hasEnded, response.count < Self.maximumBytes {
            hasEnded = try !receive(into: &response, on: number, before: limit)
        }
        return (response, hasEnded)
    }

    /// Sends what ends a conversation, and waits until the server ends it too, or no longer than a time.
    ///
    /// - Parameter bytes: Of a connection that a `send` has made.
    public func finish(with bytes: [UInt8], within patience: Duration) {
        guard let number = easy.activeSocket else { return }
        let limit = MonotonicTime.now().advanced(byNanoseconds: patience.inNanoseconds)
        var rest: [UInt8] = []
        do throws(DirectRequestError) {
            try send(bytes, on: number, before: limit)
            while rest.count < Self.maximumBytes, try receive(into: &rest, on: number, before: limit) {}
        } catch {
            // A server that says nothing more is left all the same.
        }
    }

    private func send(
        _ bytes: [UInt8],
        on number: Int32,
        before limit: MonotonicTime
    ) throws(DirectRequestError) {
        var start = 0
        while start < bytes.count {
            let offset = start
            var sent = 0
            let code = unsafe bytes.withUnsafeBytes { buffer -> CURLcode in
                guard let base = buffer.baseAddress else { return CURLE_SEND_ERROR }
                return unsafe curl_easy_send(easy.handle, base + offset, buffer.count - offset, &sent)
            }
            switch code {
            case CURLE_OK: start += sent
            case CURLE_AGAIN: try wait(for: .writable, on: number, before: limit)
            // The server may have answered before it closed.
            default: return
            }
        }
    }

    /// - Returns: Whether there may be more; false at the end of what the server sends.
    private func receive(
        into response: inout [UInt8],
        on number: Int32,
        before limit: MonotonicTime
    ) throws(DirectRequestError) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var count = 0
        while true {
            let code = unsafe buffer.withUnsafeMutableBytes { bytes -> CURLcode in
                guard let base = bytes.baseAddress else { return CURLE_RECV_ERROR }
                return unsafe curl_easy_recv(easy.handle, base, bytes.count, &count)
            }
            switch code {
            case CURLE_OK:
                response += buffer[..<count]
                return count > 0
            case CURLE_AGAIN: try wait(for: .readable, on: number, before: limit)
            default: return false
            }
        }
    }

    private func wait(
        for readiness: Readiness,
        on number: Int32,
        before limit: MonotonicTime
    ) throws(DirectRequestError) {
        guard StreamSocket(number).wait(for: readiness, before: limit) else { throw .timeout }
    }
}
