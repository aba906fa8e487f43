import Sockets

/// Tells systemd, or whoever has set `NOTIFY_SOCKET`, how the service does.
///
/// - SeeAlso: sd_notify(3).
struct ServiceManager: ~Copyable {
    private let socket: NotifySocket?

    init(_ environment: [String: String]) {
        socket = environment["NOTIFY_SOCKET"].flatMap { NotifySocket($0) }
    }

    /// Requests are served, after the start or after a reload.
    borrowing func ready(_ status: String) {
        socket?.send("READY=1\nSTATUS=\(status)")
    }

    borrowing func reloading() {
        let microseconds = MonotonicTime.now().nanoseconds / 1_000
        socket?.send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)\nSTATUS=Loading the configuration")
    }

    borrowing func stopping() {
        socket?.send("STOPPING=1\nSTATUS=Finishing what is under way")
    }
}
