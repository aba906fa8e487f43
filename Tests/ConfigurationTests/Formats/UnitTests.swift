import Testing

@testable import Configuration

struct UnitTests {
    @Test(
        arguments: [
            (#""250ms""#, .milliseconds(250)), (#""10s""#, .seconds(10)), (#""5m""#, .seconds(300)),
            (#""1h""#, .seconds(3600)), (#""1.5s""#, .milliseconds(1500)), ("2", .seconds(2)),
            ("0.25", .milliseconds(250)),
            ("1e1", .seconds(10)), (#""24h""#, .seconds(86_400)),
        ] as [(String, Duration)]
    )
    func `reads a duration`(json: String, duration: Duration) throws {
        #expect(try load("{\"limits\": {\"idleTimeout\": \(json)}}").limits.idleTimeout == duration)
    }

    @Test(arguments: [
        #""""#, #""s""#, #""10""#, #""10 s""#, #""-1s""#, #""+1s""#, #"".5s""#, #""1.s""#, #""1.2.3s""#,
        #""0x1s""#,
        #""1e3s""#, #""infs""#, #""10S""#, #""1d""#, #""٣s""#, "-1", "1e400", "86401",
        #""999999999999999999999h""#, "[]",
    ])
    func `refuses what is no duration in range`(json: String) {
        #expect(refusals("{\"limits\": {\"idleTimeout\": \(json)}}").count == 1)
    }

    @Test(
        arguments: [
            ("0", 0), ("1", 1), (#""512B""#, 512), (#""32KB""#, 32_768), (#""20MB""#, 20_971_520),
            (#""2GB""#, 2_147_483_648), (#""unlimited""#, .max),
        ] as [(String, Int)]
    )
    func `reads a size`(json: String, size: Int) throws {
        #expect(try load("{\"limits\": {\"requestBody\": \(json)}}").limits.requestBody == size)
    }

    @Test(arguments: [
        #""""#, #""KB""#, #""10""#, #""1.5MB""#, #""-1KB""#, #""+1KB""#, #""1 KB""#, #""1TB""#,
        #""Unlimited""#,
        #""9223372036854775807KB""#, #""18014398509481985KB""#, #""99999999999999999999B""#, "1.5", "-1",
        "1e300", "null",
    ])
    func `refuses what is no size`(json: String) {
        #expect(refusals("{\"limits\": {\"requestBody\": \(json)}}").count == 1)
    }

    @Test(
        arguments: [
            (.zero, "0s"), (.milliseconds(1), "1ms"), (.milliseconds(1500), "1500ms"), (.seconds(90), "90s"),
            (.seconds(120), "2m"), (.seconds(86_400), "24h"), (.microseconds(1500), "1.5ms"),
        ] as [(Duration, String)]
    )
    func `writes a duration in its largest whole unit`(duration: Duration, text: String) {
        #expect(duration.settingText == text)
    }

    @Test(arguments: [
        (0, "0B"), (1000, "1000B"), (32_768, "32KB"), (1 << 20, "1MB"), (3 << 30, "3GB"), (.max, "unlimited"),
    ])
    func `writes a size in its largest whole unit`(size: Int, text: String) {
        #expect(size.sizeText == text)
    }

    @Test(arguments: ["a", "a.b[0]", "routes[2].cors.allowedOrigins[0]"])
    func `writes a path as it reads it`(text: String) {
        #expect(SettingPath(text).description == text)
    }

    @Test func `quotes a key that is no plain word in a path`() {
        #expect(SettingPath("upstream.hosts").appending("a.b:1").description == #"upstream.hosts["a.b:1"]"#)
        #expect(SettingPath("listen.host").isWithin(SettingPath("listen")))
        #expect(!SettingPath("listening").isWithin(SettingPath("listen")))
    }
}
