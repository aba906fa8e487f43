import Testing

@testable import Configuration

/// What `corsway check --against` prints.
struct OutlineTests {
    private func outline(_ json: String) throws -> SettingsOutline {
        SettingsOutline(try JSONReader.read(Array(json.utf8)))
    }

    @Test(arguments: [
        ("{}", "{}", []),
        ("{}", #"{"limits": {"connections": 5}}"#, ["limits.connections: 10000 (default) → 5"]),
        (#"{"limits": {"connections": 5}}"#, "{}", ["limits.connections: 5 → 10000 (default)"]),
        ("{}", #"{"limits": {"connections": 10000}, "$schema": "x", "cors": {"allowedMethods": ["*"]}}"#, []),
        (#"{"listen": {"port": 1}}"#, #"{"listen": [{"port": 1}]}"#, []),
        (
            #"{"listen": {"port": 1}}"#, #"{"listen": [{"port": 2}, {"unix": "a"}]}"#,
            ["listen[0].port: 1 → 2", #"listen[1].unix: null (default) → "a""#]
        ),
        ("{}", #"{"shards": 4}"#, ["shards: 0 (default) → 4, needs a restart"]),
        (
            "{}", #"{"routes": [{"path": "/a", "target": "http://a.example"}]}"#,
            [#"routes[0].path: added "/a""#, #"routes[0].target: added "http://a.example""#]
        ),
        // What hangs on other values is no default that could be written out without a change.
        (
            #"{"cors": {"allowCredentials": true}}"#,
            #"{"cors": {"allowCredentials": true}, "prefix": {"cookies": "strip"}}"#,
            [#"prefix.cookies: added "strip""#]
        ),
        (
            #"{"upstream": {"hosts": {"a.example": "b"}}}"#, "{}",
            [#"upstream.hosts["a.example"]: removed "b""#]
        ),
    ])
    func `says of each key what it was and what it becomes`(old: String, new: String, lines: [String]) throws
    {
        #expect(try outline(old).changes(to: outline(new)).map(\.description) == lines)
    }

    @Test(arguments: [
        (#"{"clientKeys": ["s3cret-a"]}"#, #"{"clientKeys": ["s3cret-b"]}"#, ["clientKeys[0]: changed"]),
        ("{}", #"{"clientKeys": ["s3cret-b"]}"#, ["clientKeys[0]: added"]),
        (#"{"clientKeys": ["s3cret-b"]}"#, "{}", ["clientKeys[0]: removed"]),
        (
            #"{"clientKeys": ["s3cret-b"]}"#, #"{"clientKeys": ["${env:KEY}"]}"#,
            [##"clientKeys[0]: "<hidden>" → "${env:KEY}""##]
        ),
        (
            #"{"prefix": {"request": {"setHeaders": {"A": "s3cret ${env:B}"}}}}"#,
            #"{"prefix": {"request": {"setHeaders": {"A": "s3cret2 ${env:B}"}}}}"#,
            ["prefix.request.setHeaders.A: changed"]
        ),
        (
            #"{"upstream": {"proxy": "none"}}"#, #"{"upstream": {"proxy": "http://u:s3cret@p.example"}}"#,
            [#"upstream.proxy: "none" → "<hidden>""#]
        ),
    ])
    func `shows no secret`(old: String, new: String, lines: [String]) throws {
        let (before, after) = (try outline(old), try outline(new))
        #expect(before.changes(to: after).map(\.description) == lines)
        #expect(!"\(before)\(after)".contains("s3cret"))
    }

    @Test func `is the same for a whole load`() throws {
        let json = #"{"limits": {"connections": 5}, "listen": {"host": "::1"}}"#
        #expect(try load(json).outline == outline(json))
        #expect(
            "\(try load(json).outline)"
                == "{\n  \"limits.connections\": 5,\n  \"listen[0].host\": \"::1\"\n}\n"
        )
    }
}
