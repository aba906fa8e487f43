import CPSL
import IPAddresses

/// The names below which anybody can register a name: `com`, `co.uk`, `github.io`.
///
/// Taken from the system's list or, where that is older or missing, the one built into libpsl. If there is none
/// at all, every name counts as a suffix, which is the safe side.
///
/// - SeeAlso: https://publicsuffix.org/list/, RFC 6265 §5.3.
public final class PublicSuffixList: Sendable {
    /// The address of libpsl's list, 0 where it has none; kept as a number because libpsl never changes a list
    /// that it has loaded, which the type of a pointer cannot say.
    private let address: UInt

    /// Loads the list.
    public init() {
        address = unsafe UInt(bitPattern: psl_latest(nil))
    }

    deinit {
        unsafe psl_free(OpaquePointer(bitPattern: address))
    }

    /// Tells whether a host is a public suffix as a whole.
    ///
    /// A single label that the list does not know counts as one (the list's rule `*`), but neither `localhost`
    /// nor an IP address does.
    ///
    /// - Parameter host: A name in lower-case ASCII, or an IP address.
    /// - Returns: True for `com`, `co.uk`, `github.io`, `corp`; false for `example.com`, `localhost`, `::1`.
    public func isPublicSuffix(_ host: String) -> Bool {
        guard host != "localhost", !host.contains(":"), IPAddress(host) == nil else { return false }
        return isSuffix(host, types: PSL_TYPE_ANY)
    }

    /// Tells whether a name stands below a suffix that the list knows, and so can be a host of the Internet.
    ///
    /// - Parameter host: A name in lower-case ASCII.
    /// - Returns: True for `example.com`; false for `com`, `localhost`, `robots.txt`, `favicon.ico`.
    public func hasKnownSuffix(_ host: String) -> Bool {
        guard let dot = host.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
        // libpsl counts the label below a wildcard (`ck` for `*.ck`) as a suffix, so the last label tells.
        let last = host[host.utf8.index(after: dot)...]
        return isSuffix(String(last), types: PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE)
    }

    private func isSuffix(_ name: String, types: Int32) -> Bool {
        unsafe psl_is_public_suffix2(OpaquePointer(bitPattern: address), name, types) == 1
    }
}
