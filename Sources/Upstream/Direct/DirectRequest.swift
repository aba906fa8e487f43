import CCurl
import HTTPSyntax
import Sockets

/// Why an upstream that was asked directly gave no answer.
public enum DirectRequestError: Error, Sendable, Hashable {
    /// No connection.
    case connection(ConnectFailure)
    /// The connection was closed before the head of a response was complete.
    case closed
    /// No response in time.
    case timeout
    /// What came is no HTTP/1.1 response.
    case malformed
}

/// One request that blocks the thread until the head of its response is there.
///
/// For tools: a server uses `Transfer`s. Redirects are not followed, and the connection ends at the first
/// byte of a body that nobody wants.
@safe
public final class DirectRequest {
    private static let maximumHeadBytes = 256 * 1_024

    private let easy: CurlEasy
    private var lists: [CurlList] = []
    private let handshakes: TLSHandshakes
    private var head: [UInt8] = []
    private let maximumBodyBytes: Int
    /// The body, as far as it has come when `send` returns.
    public private(set) var body: [UInt8] = []
    private let sockets: GuardedSockets

    /// Prepares a request.
    ///
    /// - Parameters:
    ///   - method: A token.
    ///   - target: What is asked.
    ///   - fields: Names and values of all fields but Host, in order; valid ones.
    ///   - request: How the host is reached.
    ///   - timeout: From the start to the end of the response's head.
    ///   - unixSocket: The path of a socket to connect to, in place of the target's host.
    ///   - maximumBodyBytes: How much of a body is read; a longer one is cut.
    ///   - isForServer: Whether the server as a whole is meant: `*` is asked, whatever the target's path.
    /// - Throws: `ConnectFailure.internalError`.
    public init(
        _ method: String,
        _ target: TargetURL,
        fields: [(name: String, value: String)],
        over request: ConnectionRequest,
        timeout: Duration,
        unixSocket: String? = nil,
        maximumBodyBytes: Int = 0,
        isForServer: Bool = false
    ) throws(DirectRequestError) {
        guard let easy = CurlEasy() else { throw .connection(.internalError) }
        sockets = GuardedSockets(of: request)
        self.easy = easy
        self.maximumBodyBytes = maximumBodyBytes
        handshakes = TLSHandshakes(noting: request)
        var settings = CurlSettings(easy)
        settings.setRequest(method, target, isForServer: isForServer)
        settings.readAuthorities(of: request.profile)
        handshakes.install(in: &settings)
        settings.set(CURLOPT_TIMEOUT_MS, Int(clamping: timeout.inNanoseconds / 1_000_000))
        // What a proxy answers to CONNECT is not the upstream's head.
        settings.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if let list = settings.setRoute(request) { lists.append(list) }
        if let list = CurlList(Self.lines(fields)) {
            settings.set(CURLOPT_HTTPHEADER, list)
            lists.append(list)
        }
        takeResponse(by: &settings)
        if let unixSocket {
            settings.set(CURLOPT_UNIX_SOCKET_PATH, unixSocket)
        } else {
            sockets.install(in: &settings)
        }
        guard settings.succeeded else { throw .connection(.internalError) }
    }

    /// Has libcurl hand over the lines of the response's head, and the body where one is wanted.
    private func takeResponse(by settings: inout CurlSettings) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        if maximumBodyBytes > 0 {
            unsafe settings.setBody(Self.takeBody, context: context)
        } else {
            settings.refuseBody()
        }
        unsafe settings.setHeadLines(Self.takeLine, context: context)
    }

    /// The fields as libcurl takes them: those that it would add itself are switched off where none is given.
    private static func lines(_ fields: [(name: String, value: String)]) -> [String] {
        let names = fields.map { $0.name.lowercased() }
        let unwanted = ["Accept", "User-Agent", "Expect"].filter { !names.contains($0.lowercased()) }
        return fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
            + unwanted.map { "\($0):" }
    }

    /// Asks, and waits for the head of the final response.
    ///
    /// - Returns: The head with its field lines in wire order, duplicates kept.
    public func send() throws(DirectRequestError) -> ResponseHead {
        let code = unsafe curl_easy_perform(easy.handle)
        var parser = ResponseHeadParser(maximumHeadBytes: Self.maximumHeadBytes, maximumFieldCount: 1_000)
        let bytes = head
        do throws(SyntaxError) {
            if let result = try parser.parse(bytes.span), !result.head.isInformational { return result.head }
        } catch {
            throw .malformed
        }
        switch code {
        case CURLE_OPERATION_TIMEDOUT where sockets.isResolved:
            throw .timeout
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE:
            throw .closed
        case CURLE_OK, CURLE_WRITE_ERROR, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
            throw .malformed
        default:
            throw .connection(sockets.failure(code, of: easy, handshakes: handshakes))
        }
    }

    /// A new status line starts over: what came before was an interim response (RFC 9110 §15.2).
    private func take(_ line: [UInt8]) -> Bool {
        if line.starts(with: "HTTP/".utf8), head.suffix(4).elementsEqual("\r\n\r\n".utf8) { head = [] }
        guard head.count + line.count <= Self.maximumHeadBytes else { return false }
        head += line
        return true
    }

    private static let takeLine: curl_write_callback = { data, size, count, context in
        guard let data = unsafe data, let context = unsafe context else { return 0 }
        let request = unsafe Unmanaged<DirectRequest>.fromOpaque(context).takeUnretainedValue()
        let (length, isTooLong) = size.multipliedReportingOverflow(by: count)
        guard !isTooLong else { return 0 }
        let line = unsafe Array(UnsafeRawBufferPointer(start: data, count: length))
        return request.take(line) ? length : 0
    }

    private static let takeBody: curl_write_callback = { data, size, count, context in
        guard let data = unsafe data, let context = unsafe context else { return 0 }
        let request = unsafe Unmanaged<DirectRequest>.fromOpaque(context).takeUnretainedValue()
        let (length, isTooLong) = size.multipliedReportingOverflow(by: count)
        guard !isTooLong, request.body.count + length <= request.maximumBodyBytes else { return 0 }
        unsafe request.body.append(contentsOf: UnsafeRawBufferPointer(start: data, count: length))
        return length
    }
}

extension CurlSettings {
    /// Sets the request line.
    fileprivate mutating func setRequest(_ method: String, _ target: TargetURL, isForServer: Bool) {
        set(CURLOPT_URL, "\(target.origin.serialized)\(target.pathAndQuery)")
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_CUSTOMREQUEST, method)
        if isForServer { set(CURLOPT_REQUEST_TARGET, "*") }
        set(CURLOPT_NOBODY, method == "HEAD" ? 1 : 0)
    }
}
