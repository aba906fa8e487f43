import Sockets

/// Why the server cannot start.
public enum StartError: Error, Sendable, CustomStringConvertible {
    /// Another program listens on the address.
    case addressInUse(String)
    /// The address cannot be listened on.
    case address(String, reason: String)
    /// Something in the configuration only shows now.
    case configuration(String)
    /// The system refused a resource.
    case system(String)

    /// Whether the configuration, and not the machine, is to be mended.
    public var isConfiguration: Bool {
        switch self {
        case .configuration: true
        case .addressInUse, .address, .system: false
        }
    }

    /// One line that says what to do.
    public var description: String {
        switch self {
        case .addressInUse(let address):
            "\(address) is in use by another program. Stop that, or choose another port with --port."
        case .address(let address, let reason):
            "Cannot listen on \(address): \(reason). Choose an address of this machine with --host."
        case .configuration(let reason):
            reason
        case .system(let reason):
            "The system refused: \(reason)."
        }
    }
}
