import IPAddresses
import Text

/// The hosts that are this machine, whatever a name server says.
public enum LoopbackHost {
    /// Whether a host, without brackets, is a loopback address, `localhost` or a name below it (RFC 6761 §6.3).
    public static func matches(_ host: String) -> Bool {
        if let address = IPAddress(host) { return address.isLoopback }
        return LoopbackName.matches(host)
    }
}
