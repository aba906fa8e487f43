import Testing

@testable import Configuration

@Suite struct AdminSettingsTests {
    @Test(arguments: [
        (
            #"{"admin": {"enabled": true, "host": "0.0.0.0"}}"#,
            #"1:37: error: admin.host: Anyone who reaches "0.0.0.0" could read the metrics. Set admin.token, or listen on 127.0.0.1."#
        ),
        (
            #"{"admin": {"enabled": true, "port": 8080}}"#,
            #"1:37: error: admin.port: The proxy itself listens on "127.0.0.1:8080". Write another port."#
        ),
        (
            #"{"admin": {"token": "a b"}}"#,
            #"1:21: error: admin.token: A token holds letters, digits and signs of ASCII only, and no spaces. Write one, or ${env:NAME}."#
        ),
        (
            #"{"admin": {"token": ""}}"#,
            #"1:21: error: admin.token: A token holds letters, digits and signs of ASCII only, and no spaces. Write one, or ${env:NAME}."#
        ),
    ])
    func `an admin listener that anyone could read is refused`(json: String, line: String) {
        #expect(refusals(json) == ["test.json:\(line)"])
    }

    @Test(arguments: [
        #"{"admin": {"enabled": false, "host": "0.0.0.0"}}"#,
        #"{"admin": {"enabled": true, "host": "::1", "port": 8080}}"#,
        #"{"admin": {"enabled": true, "host": "0.0.0.0", "token": "0123456789abcdef"}}"#,
        #"{"admin": {"enabled": true, "token": null}, "listen": {"port": 9091}}"#,
    ])
    func `one that is closed, on loopback or behind a token is taken`(json: String) {
        #expect(refusals(json) == [])
    }

    @Test func `the token is a secret`() throws {
        let settings = try load(#"{"admin": {"enabled": true, "token": "0123456789abcdef"}}"#)
        #expect(settings.admin.token?.text == "0123456789abcdef")
        #expect(!"\(settings.admin)".contains("0123456789abcdef"))
    }

    @Test func `metrics call a route by its name, else by its path`() throws {
        let routes = try load(
            """
            {"routes": [{"name": "api", "path": "/a/", "target": "http://127.0.0.1:1/"},
             {"path": "/b/", "target": "http://127.0.0.1:1/"},
             {"name": "prefix", "path": "/c/", "target": "http://127.0.0.1:1/"},
             {"name": "none", "path": "/d/", "target": "http://127.0.0.1:1/"}]}
            """
        ).routes
        #expect(routes.map(\.label) == ["api", "/b/", "/c/", "/d/"])
    }
}
