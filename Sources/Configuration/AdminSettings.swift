/// The listener for health and metrics, which only a later version opens; its keys are checked already.
struct AdminSettings: Sendable {
    var isEnabled = false
    var host = "127.0.0.1"
    var port: UInt16 = 9090

    static let section = Section<AdminSettings>([
        Key("enabled", \.isEnabled, .off("admin.enabled"), "Not yet supported: serve health and metrics."),
        Key("host", \.host, .text(.listenHost), "The address or name to listen on."),
        Key("port", \.port, .integer(in: 0...65535), "The port."),
    ])
}
