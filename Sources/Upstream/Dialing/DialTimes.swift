import CCurl

/// How long the steps of one dial took, in nanoseconds; nil for those that it did not come to the end of.
public struct DialTimes: Sendable, Hashable {
    /// Looking up the name.
    public let lookup: UInt64?
    /// Connecting to an address, after that.
    public let connect: UInt64?
    /// The TLS handshake, after that; with what a forward proxy took.
    public let handshake: UInt64?
    /// Whether the handshake with the target resumed a session.
    public let isResumed: Bool

    init(_ easy: CurlEasy, _ target: TLSHandshake?) {
        isResumed = target?.isResumed == true
        let lookup = easy.duration(CURLINFO_NAMELOOKUP_TIME_T)
        let connect = easy.duration(CURLINFO_CONNECT_TIME_T)
        let handshake = easy.duration(CURLINFO_APPCONNECT_TIME_T)
        self.lookup = lookup > 0 ? lookup : nil
        // libcurl counts each from the start of the dial.
        self.connect = connect > 0 ? connect - min(lookup, connect) : nil
        self.handshake = handshake > 0 ? handshake - min(connect, handshake) : nil
    }
}

extension CurlEasy {
    /// A time that libcurl has measured, in nanoseconds; 0 where it has none.
    fileprivate func duration(_ info: CURLINFO) -> UInt64 {
        var microseconds: curl_off_t = 0
        guard unsafe corsway_easy_get_offset(handle, info, &microseconds) == CURLE_OK, microseconds > 0 else {
            return 0
        }
        return UInt64(microseconds) * 1_000
    }
}
