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

extension ValueFormat where Value == ListenSettings {
    /// One object, or a list of one.
    static var listeners: Self {
        let one = ValueFormat.section(ListenSettings.section)
        return Self(
            schema: { defaults in
                let object = one.schema(defaults)
                return ["anyOf": [object, ["type": "array", "minItems": 1, "maxItems": 1, "items": object]]]
            },
            read: { value, listen, reader in
                guard case .array(let elements) = value.content else {
                    return one.read(value, &listen, &reader)
                }
                for (index, element) in elements.enumerated() {
                    // Each is read over the defaults, so that what is wrong with the others is told too.
                    var each = ListenSettings()
                    reader.within(index: index) { one.read(element, &each, &$0) }
                    if index == 0 { listen = each }
                }
                switch elements.count {
                case 0:
                    reader.refuse(
                        value,
                        Fault("The list is empty.", mend: "Write { \"host\": …, \"port\": … }.")
                    )
                case 1: break
                default:
                    reader.refuse(value, .notYetSupported("A list of several listeners", mend: "Keep one."))
                }
            }
        )
    }
}
