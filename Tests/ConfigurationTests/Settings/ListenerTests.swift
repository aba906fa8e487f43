import Testing

@testable import Configuration

/// Several listeners, unix sockets, and those that the program was started with.
struct ListenerTests {
    private func settings(_ json: String, _ inherited: [InheritedListener] = []) throws -> Settings {
        try Settings.load(
            LocalFile(name: "test.json", bytes: Array(json.utf8)),
            flags: Flags(),
            environment: [:],
            inherited: inherited,
            validators: Validators()
        )
    }

    @Test func `reads one listener, a list, and unix sockets`() throws {
        #expect(try load(#"{"listen": {"port": 1}}"#).listeners.map(\.place) == ["127.0.0.1:1"])
        let both = try load(#"{"listen": [{"host": "::1"}, {"unix": "a.sock", "mode": "0600"}]}"#)
        #expect(both.listeners.map(\.place) == ["[::1]:8080", "unix:a.sock"])
        #expect(both.listeners.map(\.mode) == [0o660, 0o600])
    }

    @Test(arguments: [
        (
            #"{"listen": [{"unix": "a"}, {"unix": "a"}]}"#,
            #"1:37: error: listen[1].unix: "unix:a" is listened on already by listen[0]. Write another path, or remove one of the two."#
        ),
        (
            #"{"listen": {"mode": "rw"}}"#,
            #"1:21: error: listen.mode: "rw" is no file mode. Write octal digits such as "0660"."#
        ),
        (
            #"{"listen": {"mode": "1777"}}"#,
            #"1:21: error: listen.mode: "1777" is no file mode. Write octal digits such as "0660"."#
        ),
        (
            #"{"listen": {"unix": "\#(String(repeating: "x", count: 108))"}}"#,
            "1:21: error: listen.unix: The path is too long for a socket: 108 bytes. At most 107 are taken."
        ),
    ])
    func `refuses a listener that cannot be opened`(json: String, line: String) {
        #expect(refusals(json) == ["test.json:\(line)"])
    }

    @Test func `takes two listeners on any free port`() throws {
        #expect(try load(#"{"listen": [{"port": 0}, {"port": 0}]}"#).listeners.count == 2)
    }

    @Test func `is open beyond loopback where one of the listeners is`() {
        let json = #"{"listen": [{"port": 1}, {"unix": "a"}, {"host": "0.0.0.0", "port": 2}]}"#
        #expect(refusals(json).map { $0.prefix(38) } == ["test.json:1:50: error: listen[2].host:"])
    }

    @Test func `counts a unix socket as loopback, and it names no host`() throws {
        let settings = try load(#"{"listen": {"unix": "a"}}"#)
        #expect(settings.guard.allowPrivateNetworks == .loopbackByDefault)
        #expect(settings.allowedHosts == Settings.loopbackHosts)
        #expect(settings.isUntouchedDefault)
    }

    @Test func `lays host and port over the first listener that has them`() throws {
        let json = #"{"listen": [{"unix": "a"}, {"port": 2}, {"port": 3}]}"#
        let settings = try load(json, flags: Flags(host: "127.0.0.2", port: 9))
        #expect(settings.listeners.map(\.place) == ["unix:a", "127.0.0.2:9", "127.0.0.1:3"])
        #expect(
            refusals(#"{"listen": {"unix": "a"}}"#, flags: Flags(port: 9)) == [
                "--port: error: listen.port: Only unix sockets are listened on. Leave it out, or add a listener with a port."
            ]
        )
    }

    @Test func `puts inherited sockets in the place of the configured ones`() throws {
        let inherited = [
            InheritedListener(number: 3, place: .address(host: "127.0.0.9", port: 9)),
            InheritedListener(number: 4, place: .unix("/run/b")),
        ]
        let one = try settings(#"{"listen": {"port": 1}}"#, inherited)
        #expect(one.listeners.map(\.place) == ["127.0.0.9:9", "unix:/run/b"])
        #expect(one.listeners.map(\.inherited) == [3, 4])
        let three = try settings(#"{"listen": [{"unix": "a"}, {"port": 2}, {"port": 3}]}"#, inherited)
        #expect(three.listeners.map(\.place) == ["127.0.0.9:9", "unix:/run/b", "127.0.0.1:3"])
        #expect(three.listeners.map(\.inherited) == [3, 4, nil])
    }

    @Test func `checks inherited sockets as if they were configured`() {
        let open = [InheritedListener(number: 3, place: .address(host: "0.0.0.0", port: 9))]
        #expect(throws: ConfigurationError.self) { try settings("{}", open) }
    }
}
