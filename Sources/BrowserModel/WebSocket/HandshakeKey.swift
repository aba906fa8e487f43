/// The key of the handshakes that are sent here.
///
/// Browsers make another one each time, so that no cache can answer. Here it is always the same: what a server has to
/// make of it is known without SHA-1.
///
/// - SeeAlso: RFC 6455 §4.1, step 7, and §4.2.2, step 5.
enum HandshakeKey {
    /// The value of Sec-WebSocket-Key: 16 bytes in base64.
    static let value = "Y29yc3dheSBleHBsYWluIQ=="
    /// What Sec-WebSocket-Accept has to be then.
    static let accept = "PZ/soI999U878xFKvriRVIk/Xq0="
}
