import Glibc
import IPAddresses
import Synchronization

/// The IP addresses of this machine's interfaces, read anew at most once a second: they come and go.
public final class MachineAddresses: Sendable {
    /// Those of the machine that the process runs on.
    public static let shared = MachineAddresses()

    private static let lifetimeNanoseconds: UInt64 = 1_000_000_000

    private struct State {
        var addresses: Set<IPAddress> = []
        var expiry: MonotonicTime?
    }

    private let state = Mutex(State())

    /// Whether an address is one of them.
    public func contains(_ address: IPAddress) -> Bool { current.contains(address) }

    /// All of them, also those of loopback.
    public var current: Set<IPAddress> {
        let now = MonotonicTime.now()
        return state.withLock { state in
            if state.expiry.map({ $0 <= now }) ?? true {
                // Where they cannot be read now, those that were known are better than none.
                state.addresses = Self.read() ?? state.addresses
                state.expiry = now.advanced(byNanoseconds: Self.lifetimeNanoseconds)
            }
            return state.addresses
        }
    }

    private static func read() -> Set<IPAddress>? {
        var head: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&head) == 0 else { return nil }
        defer { unsafe freeifaddrs(head) }
        var addresses: Set<IPAddress> = []
        var next = unsafe head
        while let entry = unsafe next {
            if let pointer = unsafe entry.pointee.ifa_addr, let address = unsafe SocketAddress(pointer) {
                addresses.insert(address.address)
            }
            unsafe next = unsafe entry.pointee.ifa_next
        }
        return addresses
    }
}
