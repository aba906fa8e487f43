import COpenSSL

/// What the TLS connections of one shard share: who is shown to clients, the keys of tickets, the way to a socket.
///
/// Not Sendable: each shard makes its own of the same identities and ticket keys.
@safe
public final class TLSContext {
    private let identities: any IdentitySource
    let ticketKeys: TLSTicketKeys
    /// How OpenSSL reads and writes what a `TLSSocket` stands for.
    let method: OpaquePointer

    /// Makes a context.
    ///
    /// - Parameter identities: Of this context alone.
    /// - Throws: Where there is no memory.
    public init(_ identities: any IdentitySource, ticketKeys: TLSTicketKeys) throws(TLSIdentityError) {
        guard let method = unsafe corsway_bio_method() else { throw .noMemory }
        self.identities = identities
        self.ticketKeys = ticketKeys
        unsafe self.method = unsafe method
    }

    deinit {
        unsafe BIO_meth_free(method)
    }

    /// What a connection starts with, before its client has named a server.
    var first: OpaquePointer { unsafe ready(identities.fallback) }

    /// What serves a host, nil where that is what the connection has started with.
    func context(for host: String) -> OpaquePointer? {
        var name = host.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        return unsafe identities.identity(for: name).map { unsafe ready($0) }
    }

    /// Has OpenSSL ask this context what is to be chosen for a connection.
    private func ready(_ identity: ServedIdentity) -> OpaquePointer {
        // The connections keep this object, so it outlives every call.
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        let context = unsafe identity.context
        unsafe corsway_context_set_data(context, this)
        unsafe corsway_context_on_name(context, chooseCertificate, this)
        unsafe SSL_CTX_set_alpn_select_cb(context, chooseProtocol, nil)
        _ = unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(context, useTicketKey)
        return unsafe context
    }
}

/// Chooses by the server name that the client gave (RFC 6066 §3); an unknown one gets the fallback.
private func chooseCertificate(
    ssl: OpaquePointer?,
    alert: UnsafeMutablePointer<Int32>?,
    argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let argument = unsafe argument,
        let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)
    else { return SSL_TLSEXT_ERR_NOACK }
    let owner = unsafe Unmanaged<TLSContext>.fromOpaque(argument).takeUnretainedValue()
    guard let context = unsafe owner.context(for: String(cString: name)) else { return SSL_TLSEXT_ERR_NOACK }
    unsafe SSL_set_SSL_CTX(ssl, context)
    return SSL_TLSEXT_ERR_OK
}

/// Chooses http/1.1; a client that offers protocols without it is refused (RFC 7301 §3.2).
private func chooseProtocol(
    ssl: OpaquePointer?,
    chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    length: UnsafeMutablePointer<UInt8>?,
    offered: UnsafePointer<UInt8>?,
    count: UInt32,
    argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let offered = unsafe offered else { return SSL_TLSEXT_ERR_NOACK }
    let list = unsafe UnsafeBufferPointer(start: offered, count: Int(count))
    let wanted = "http/1.1".utf8
    var index = 0
    while index < list.count {
        let start = index + 1
        let end = start + Int(unsafe list[index])
        guard end <= list.count else { break }
        if unsafe list[start..<end].elementsEqual(wanted) {
            // OpenSSL lets the choice point into what was offered.
            unsafe chosen?.pointee = unsafe offered + start
            unsafe length?.pointee = UInt8(wanted.count)
            return SSL_TLSEXT_ERR_OK
        }
        index = end
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
}

/// Encrypts or decrypts a session ticket: 1 it is done, 2 as well but a new ticket is due, 0 no key, -1 failure.
private func useTicketKey(
    ssl: OpaquePointer?,
    name: UnsafeMutablePointer<UInt8>?,
    vector: UnsafeMutablePointer<UInt8>?,
    cipher: OpaquePointer?,
    mac: OpaquePointer?,
    encrypts: Int32
) -> Int32 {
    guard let data = unsafe corsway_context_data(SSL_get_SSL_CTX(ssl)), let name = unsafe name,
        let vector = unsafe vector
    else { return -1 }
    let keys = unsafe Unmanaged<TLSContext>.fromOpaque(data).takeUnretainedValue().ticketKeys
    let now = MonotonicTime.now()
    let current = keys.current(at: now)
    guard encrypts == 0 else {
        unsafe name.update(from: current.name, count: current.name.count)
        var secret = current.secret
        guard unsafe RAND_bytes(vector, 16) == 1,
            unsafe corsway_ticket_begin(cipher, mac, &secret, vector, 1) == 1
        else { return -1 }
        return 1
    }
    let given = unsafe Array(UnsafeBufferPointer(start: name, count: 16))
    guard let key = keys.key(named: given, at: now) else { return 0 }
    var secret = key.secret
    guard unsafe corsway_ticket_begin(cipher, mac, &secret, vector, 0) == 1 else { return -1 }
    return key == current ? 1 : 2
}
