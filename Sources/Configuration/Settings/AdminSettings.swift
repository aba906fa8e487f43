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

extension SettingsLoader {
    /// Metrics tell who uses what: other machines may read them by a secret alone.
    mutating func checkAdmin() {
        let admin = settings.admin
        guard admin.isEnabled, !hasError(within: "admin") else { return }
        if admin.token == nil, !LoopbackHost.matches(admin.listen.host) {
            add(
                .error,
                at: SettingPath("admin.host"),
                Fault(
                    "Anyone who reaches \(admin.listen.host.quoted) could read the metrics.",
                    mend: "Set admin.token, or listen on 127.0.0.1."
                )
            )
        }
        if admin.listen.port != 0,
            settings.listeners.contains(where: {
                $0.host == admin.listen.host && $0.port == admin.listen.port
            })
        {
            add(
                .error,
                at: SettingPath("admin.port"),
                Fault(
                    "The proxy itself listens on \("\(admin.listen.hostInURL):\(admin.listen.port)".quoted).",
                    mend: "Write another port."
                )
            )
        }
        if let token = admin.token, token.text.utf8.count < 16 {
            add(
                .warning,
                at: SettingPath("admin.token"),
                Fault("A token this short can be guessed.", mend: "Write 16 random characters or more.")
            )
        }
    }
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
