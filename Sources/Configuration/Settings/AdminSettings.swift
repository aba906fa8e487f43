import Text

/// The listener for health and metrics.
public struct AdminSettings: Sendable, Equatable {
    /// Whether it is opened.
    public var isEnabled = false
    /// Where it is found.
    public var listen = ListenSettings(port: 9090)
    /// What a client has to send as a bearer token; nil for no such demand, which only loopback may go without.
    public var token: Secret?

    static let section = Section<AdminSettings>([
        Key("enabled", \.isEnabled, .boolean, "Serve /healthz, /readyz, /metrics and /config."),
        Key("host", \.listen.host, .text(.listenHost), "The address or name to listen on."),
        Key("port", \.listen.port, .integer(in: 0...65535), "The port; 0 is any free one, and is printed."),
        Key(
            "token",
            \.token,
            .adminToken,
            "What clients send as Authorization: Bearer; asked for wherever it is set, needed off loopback."
        ),
    ])
}

extension ValueFormat where Value == Secret? {
    /// A text that can be sent in Authorization, or null for none.
    static var adminToken: Self {
        let format = ValueFormat<Secret>.text(
            TextFormat(
                due: "a token",
                parse: { text, _ throws(Fault) in
                    guard !text.isEmpty, text.utf8.allSatisfy({ $0.isVisibleOctet }) else {
                        throw Fault(
                            "A token holds letters, digits and signs of ASCII only, and no spaces.",
                            mend: "Write one, or ${env:NAME}."
                        )
                    }
                    return Secret(text)
                },
                text: \.description,
                isShown: false
            )
        )
        return Self(
            schema: { _ in ["type": ["string", "null"], "default": .null] },
            read: { value, token, reader in
                guard value.content != .null else { return token = nil }
                var read = Secret("")
                format.read(value, &read, &reader)
                token = read
            }
        )
    }
}
