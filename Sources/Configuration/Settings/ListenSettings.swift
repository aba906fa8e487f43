import Text

/// A place where the proxy listens: host and port, or a unix socket.
public struct ListenSettings: Sendable, Equatable {
    /// A host name, or an address without brackets; of no account for a unix socket.
    public var host = "127.0.0.1"
    /// 0 stands for any free port; of no account for a unix socket.
    public var port: UInt16 = 8080
    /// The path of a unix socket, in place of host and port.
    public var unix: String?
    /// The permission bits of the unix socket's file.
    public var mode: UInt16 = 0o660
    /// The descriptor of the socket, where the program was started with it.
    public internal(set) var inherited: Int32?
    /// The certificates that are served, the default one first; none is plain HTTP.
    public var tls: [TLSSettings] = []

    /// By which browsers reach it.
    public var scheme: String { tls.isEmpty ? "http" : "https" }

    /// The host as a Host field or a URL has it: an IPv6 address in brackets.
    public var hostInURL: String { host.contains(":") ? "[\(host)]" : host }

    /// The place as messages name it: `127.0.0.1:8080` or `unix:/run/corsway.sock`.
    public var place: String { unix.map { "unix:\($0)" } ?? "\(hostInURL):\(port)" }

    /// The origin under which a browser sees a host at this port.
    func origin(ofHost host: String) -> String {
        port == (tls.isEmpty ? 80 : 443) ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
    }

    static let section = Section<ListenSettings>([
        Key(
            "host",
            \.host,
            .text(.listenHost),
            "The address or name to listen on; 0.0.0.0 and :: stand for all."
        ),
        Key("port", \.port, .integer(in: 0...65535), "The port; 0 is any free one, and is printed."),
        Key(
            "unix",
            \.unix,
            .unixSocket,
            "The path of a unix socket to listen on in place of host and port, relative to this file."
        ),
        Key(
            "mode",
            \.mode,
            .text(.fileMode),
            "The permissions of the unix socket, in octal digits: who may write to it may connect."
        ),
        Key(
            "tls",
            \.tls,
            .certificates,
            "Certificate and key for HTTPS, or a list of them, chosen by host; null is plain HTTP."
        ),
    ])
}

extension TextFormat where Value == UInt16 {
    /// The permission bits of a file, in octal digits.
    fileprivate static let fileMode = TextFormat(
        due: "octal digits such as \"0660\"",
        parse: { text, _ throws(Fault) in
            guard (3...4).contains(text.utf8.count), let mode = UInt16(text, radix: 8), mode <= 0o777,
                text.utf8.allSatisfy({ (48...55).contains($0) })
            else {
                throw Fault("\(text.quoted) is no file mode.", mend: "Write octal digits such as \"0660\".")
            }
            return mode
        },
        text: { mode in
            let digits = String(mode, radix: 8)
            return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        }
    )
}

extension ValueFormat where Value == String? {
    /// The path of a unix socket, or null.
    fileprivate static var unixSocket: Self {
        let path = ValueFormat<String?>.path(isRead: false)
        return Self(
            schema: path.schema,
            read: { value, result, reader in
                var found: String?
                path.read(value, &found, &reader)
                // The kernel keeps 108 bytes, the last of them a zero.
                guard let length = found?.utf8.count, length > 107 else { return result = found }
                reader.refuse(
                    value,
                    Fault(
                        "The path is too long for a socket: \(length) bytes.",
                        mend: "At most 107 are taken."
                    )
                )
            }
        )
    }
}
