import COpenSSL
import Glibc
import Sockets
import TestSupport

/// OpenSSL's client on the far end of a pair, non-blocking, so that a test moves both ends in turn.
final class TLSClient {
    /// What one call came to.
    enum Outcome: Equatable {
        case bytes(Int)
        case wouldBlock
        /// The server has said that nothing more comes.
        case closed
        case failed
    }

    private let context: OpaquePointer?
    let ssl: OpaquePointer?

    init(
        _ number: Int32,
        name: String? = nil,
        protocols: [String] = [],
        version: Int32 = TLS1_3_VERSION,
        resuming session: TLSTicket? = nil
    ) {
        context = SSL_CTX_new(TLS_client_method())
        _ = corsway_context_configure(context, min(version, TLS1_2_VERSION))
        _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil)
        // Below TLS 1.2 nothing goes at the usual level of security.
        if version < TLS1_2_VERSION { SSL_CTX_set_security_level(context, 0) }
        SSL_CTX_clear_options(context, UInt64(1) << 30)
        ssl = SSL_new(context)
        SSL_set_fd(ssl, number)
        if let name {
            var text = Array(name.utf8CString)
            _ = SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &text)
        }
        let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { SSL_set_alpn_protos(ssl, list, UInt32(list.count)) }
        if let session { SSL_set_session(ssl, session.session) }
        SSL_set_connect_state(ssl)
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    func handshake() -> Outcome { outcome(SSL_do_handshake(ssl), count: 0) }

    func send(_ bytes: [UInt8]) -> Outcome { outcome(SSL_write(ssl, bytes, Int32(bytes.count)), count: nil) }

    func receive(into buffer: inout [UInt8]) -> Outcome {
        let room = Int32(buffer.count)
        return outcome(buffer.withUnsafeMutableBytes { SSL_read(ssl, $0.baseAddress, room) }, count: nil)
    }

    func sendCloseNotify() { SSL_shutdown(ssl) }

    /// Asks for a new handshake on the connection.
    func renegotiate() -> Bool {
        SSL_renegotiate(ssl) == 1 && SSL_do_handshake(ssl) == 1
    }

    var version: String { SSL_get_version(ssl).map { String(cString: $0) } ?? "" }
    var isResumed: Bool { SSL_session_reused(ssl) == 1 }
    /// A copy: OpenSSL resumes no session whose connection was freed without a close_notify.
    var ticket: TLSTicket { TLSTicket(SSL_SESSION_dup(SSL_get_session(ssl))) }

    /// The protocol that the server chose, empty where it chose none.
    var chosenProtocol: String {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &bytes, &count)
        return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
    }

    /// The common name of the certificate that the server showed.
    var serverName: String {
        let certificate = SSL_get1_peer_certificate(ssl)
        defer { X509_free(certificate) }
        var text = [CChar](repeating: 0, count: 256)
        let subject = X509_get_subject_name(certificate)
        let count = X509_NAME_get_text_by_NID(subject, NID_commonName, &text, Int32(text.count))
        return String(decoding: text.prefix(Int(max(0, count))).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private func outcome(_ code: Int32, count: Int?) -> Outcome {
        if code > 0 { return .bytes(count ?? Int(code)) }
        defer { ERR_clear_error() }
        switch SSL_get_error(ssl, code) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
        case SSL_ERROR_ZERO_RETURN: return .closed
        default: return .failed
        }
    }
}

/// A session that a client may resume.
final class TLSTicket {
    let session: OpaquePointer?

    init(_ session: OpaquePointer?) { self.session = session }

    deinit { SSL_SESSION_free(session) }
}

/// A session and its client, on a pair of sockets.
struct TLSPair {
    let sockets: SocketPair
    let server: TLSStream
    let client: TLSClient

    init(
        _ context: TLSContext,
        name: String? = nil,
        protocols: [String] = [],
        version: Int32 = TLS1_3_VERSION,
        resuming ticket: TLSTicket? = nil
    ) throws {
        sockets = try SocketPair()
        server = TLSStream(context, on: StreamSocket(sockets.near))
        client = TLSClient(
            sockets.far,
            name: name,
            protocols: protocols,
            version: version,
            resuming: ticket
        )
    }

    /// Moves both ends until the handshake is decided; returns the server's view.
    @discardableResult
    func connect() throws -> TLSStream.Handshake {
        var outcome = TLSStream.Handshake.waiting
        var answer = TLSClient.Outcome.wouldBlock
        try eventually("the handshake") {
            if answer == .wouldBlock { answer = client.handshake() }
            if outcome == .waiting { outcome = server.handshake() }
            if case .failed = outcome { return true }
            return answer != .wouldBlock && outcome != .waiting
        }
        if case .failed = outcome, answer == .wouldBlock { _ = client.handshake() }
        return outcome
    }

    /// What the client reads until nothing is left.
    func clientReads() -> String {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var text = ""
        while case .bytes(let count) = client.receive(into: &buffer) {
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    func serverSends(_ text: String) -> StreamResult {
        let bytes = Array(text.utf8)
        return server.send(bytes, 0..<bytes.count)
    }
}

extension TLSStream {
    /// Whether the handshake comes to nothing; a program that another test starts may hold the peer's end for a
    /// moment, until it closes what it does not inherit.
    func failsToShakeHands() throws -> Bool {
        var outcome = Handshake.waiting
        try eventually("the end of the connection") {
            outcome = handshake()
            return outcome != .waiting
        }
        if case .failed = outcome { return true }
        return false
    }
}

/// Certificates for the tests of TLS, made once.
enum TestIdentities {
    static let authority = Result { try CertificateAuthority() }
    static let localhost = Result { try identity("DNS:localhost", commonName: "localhost") }
    static let example = Result {
        try identity("DNS:example.com,DNS:*.Example.com", commonName: "example")
    }

    static func identity(_ names: String, commonName: String) throws -> TLSIdentity {
        let files = try authority.get().issue(names: names, commonName: commonName)
        return try TLSIdentity(chain: contents(files.chain), key: contents(files.key))
    }

    static func context(_ keys: TLSTicketKeys = TLSTicketKeys()) throws -> TLSContext {
        try TLSContext(FileIdentities([localhost.get(), example.get()]), ticketKeys: keys)
    }
}

/// The bytes of a file.
func contents(_ path: String) throws -> [UInt8] {
    let number = open(path, O_RDONLY)
    guard number >= 0 else { throw SystemError("open", code: errno) }
    defer { close(number) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(number, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return bytes
}
