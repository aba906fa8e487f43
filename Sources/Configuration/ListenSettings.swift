/// Where the proxy listens.
public struct ListenSettings: Sendable, Equatable {
    /// A host name, or an address without brackets.
    public var host = "127.0.0.1"
    /// 0 stands for any free port.
    public var port: UInt16 = 8080

    /// The host as a Host field or a URL has it: an IPv6 address in brackets.
    public var hostInURL: String { host.contains(":") ? "[\(host)]" : host }

    static let section = Section<ListenSettings>([
        Key(
            "host",
            \.host,
            .text(.listenHost),
            "The address or name to listen on; 0.0.0.0 and :: stand for all."
        ),
        Key("port", \.port, .integer(in: 0...65535), "The port; 0 is any free one, and is printed."),
        Key(
            "tls",
            onlyDefault: (),
            .absent("listen.tls"),
            "Not yet supported: certificate and key for HTTPS."
        ),
    ])
}
