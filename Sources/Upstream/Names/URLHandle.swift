import CCurl
import IPAddresses
import Sockets
import Text

/// Returns the canonical spelling of the host of a URL, or nil where it cannot be one.
///
/// International names become punycode, letters lower-case, one trailing dot goes, the odd spellings of IPv4
/// become a dotted quad; IPv6 is written and returned in brackets, compressed. Where libcurl was built without
/// IDNA, every name that is not ASCII is refused.
///
/// - Parameter name: The host alone, without a port.
/// - Returns: The host in lower-case ASCII.
/// - SeeAlso: RFC 5891, UTS #46.
public func canonicalHost(_ name: String) -> String? {
    guard let bytes = AuthorityBytes(name), !bytes.hasPort else { return nil }
    let handle = URLHandle()
    guard handle.set("http://\(name)/") == CURLUE_OK else { return nil }
    return handle.canonicalHost()
}

/// What the bytes of an authority show before any parser sees them.
///
/// URL parsers differ most where an authority ends and where a host begins, so all that they could differ
/// about is refused.
struct AuthorityBytes {
    /// Whether a colon stands behind the host.
    let hasPort: Bool

    /// Nil for an empty or overlong text, and one with control bytes, spaces, `@`, `\`, `%`, `/`, `?` or `#`.
    init?(_ authority: String) {
        // 253 bytes of name and a port, with room for the UTF-8 of an international name.
        guard (1...1024).contains(authority.utf8.count) else { return nil }
        var colonAt: Int?
        for (index, byte) in authority.utf8.enumerated() {
            switch byte {
            case 0...0x20, 0x7f: return nil
            case UInt8(ascii: "@"), UInt8(ascii: "\\"), UInt8(ascii: "%"): return nil
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): return nil
            case UInt8(ascii: ":"): colonAt = index
            // Colons up to here were those of an IPv6 address.
            case UInt8(ascii: "]"): colonAt = nil
            default: break
            }
        }
        hasPort = colonAt != nil
    }
}

/// A URL in the hands of libcurl.
@safe struct URLHandle: ~Copyable {
    /// Nil where memory is short; libcurl then answers `CURLUE_BAD_HANDLE` to everything.
    private let handle: OpaquePointer?

    init() {
        unsafe handle = curl_url()
    }

    deinit {
        unsafe curl_url_cleanup(handle)
    }

    /// Parses an absolute URL in the place of the last one.
    func set(_ url: String, flags: Int32 = CURLU_DISALLOW_USER) -> CURLUcode {
        // A NUL would end the text early for C.
        guard !url.utf8.contains(0) else { return CURLUE_MALFORMED_INPUT }
        return unsafe curl_url_set(handle, CURLUPART_URL, url, UInt32(flags))
    }

    /// One part of the URL, nil where it has none.
    func part(_ part: CURLUPart, flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let code = unsafe curl_url_get(handle, part, &text, flags)
        // Set in spite of an error where libcurl before 8.18 cannot convert a name.
        guard let text = unsafe text else { return nil }
        defer { unsafe curl_free(text) }
        return code == CURLUE_OK ? unsafe String(validatingCString: text) : nil
    }

    /// The canonical spelling of the host of the URL; afterwards the handle may hold another URL.
    func canonicalHost() -> String? {
        guard let host = part(CURLUPART_HOST) else { return nil }
        if host.utf8.first == UInt8(ascii: "[") {
            guard host.utf8.last == UInt8(ascii: "]"), let address = IPAddress(host.dropFirst().dropLast())
            else {
                return nil
            }
            return "[\(address)]"
        }
        guard let ascii = asciiHost(host) else { return nil }
        var name = ascii.lowercased()
        if name.utf8.last == UInt8(ascii: ".") {
            // "example.com." and "example.com" are one host to DNS and must be one host to every rule.
            name.removeLast()
        }
        // The mapping of IDNA can bring forth any character, `℀` for one becomes `a/c`.
        guard DomainName.isValid(name) else { return nil }
        guard Self.endsInNumber(name) else { return name }
        // Full-width digits and a trailing dot hide an IPv4 address from libcurl the first time.
        guard set("http://\(name)/") == CURLUE_OK, let number = part(CURLUPART_HOST) else { return nil }
        return IPAddress(number).map(\.description)
    }

    private func asciiHost(_ host: String) -> String? {
        if host.utf8.allSatisfy({ $0 < 0x80 }) { return host }
        // libcurl hands the name to libidn2 in the encoding of the thread's locale. The flag is CURLU_PUNYCODE,
        // which headers before 7.88.0 lack; such a libcurl ignores the bit and returns what the next line refuses.
        let ascii = withUTF8Locale { part(CURLUPART_HOST, flags: 1 << 12) }
        return ascii.flatMap { $0.utf8.allSatisfy { $0 < 0x80 } ? $0 : nil }
    }

    /// Whether the last label is a number, so that the name must be an IPv4 address: resolvers read
    /// `0x7f.1` and `4294967297` as one. (URL Standard, "ends in a number".)
    private static func endsInNumber(_ name: String) -> Bool {
        guard let last = name.utf8.split(separator: UInt8(ascii: ".")).last else { return false }
        if last.allSatisfy(\.isDigit) { return true }
        return last.starts(with: "0x".utf8) && last.dropFirst(2).allSatisfy { $0.hexadecimalValue != nil }
    }
}
