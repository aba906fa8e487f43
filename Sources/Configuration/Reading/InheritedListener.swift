/// A listening socket that the program was started with; it takes the place of one of `listen`.
public struct InheritedListener: Sendable, Equatable {
    /// Where it listens.
    public enum Place: Sendable, Equatable {
        case address(host: String, port: UInt16)
        case unix(String)
    }

    /// Its descriptor.
    public let number: Int32
    /// Where it listens.
    public let place: Place

    /// Makes one of its parts.
    public init(number: Int32, place: Place) {
        self.number = number
        self.place = place
    }
}

extension SettingsLoader {
    /// Puts the sockets that the program was started with in the place of the configured ones, in order.
    ///
    /// More sockets than there are listeners take the settings of the first; listeners without one are opened
    /// as usual.
    mutating func lay(_ inherited: [InheritedListener]) {
        for (index, socket) in inherited.enumerated() {
            if index == settings.listeners.count { settings.listeners.append(settings.listeners[0]) }
            switch socket.place {
            case .address(let host, let port):
                settings.listeners[index].host = host
                settings.listeners[index].port = port
                settings.listeners[index].unix = nil
            case .unix(let path):
                settings.listeners[index].unix = path
            }
            settings.listeners[index].inherited = socket.number
            let source = ValueSource.environment("LISTEN_FDS")
            let element = index == 0 ? SettingPath("listen") : SettingPath("listen[\(index)]")
            for key in ["host", "port"] { sources.record(source, at: element.appending(key)) }
        }
    }
}
