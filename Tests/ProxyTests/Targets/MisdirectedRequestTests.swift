import TestSupport
import Testing

@Suite struct MisdirectedRequestTests {
    @Test(arguments: [("0.0.0.0", "127.0.0.1"), ("[::]", "[::1]")])
    func `an address to listen on is told the one to ask`(host: String, loopback: String) throws {
        let response = try ProxyProcess().request("GET", "http://\(host):8000/", [origin(Policy.local)])
        #expect(response.status == 403 && response.errorCode == "private-address", "\(response)")
        #expect(response.text.contains("Write \(loopback) or localhost"), "\(response.text)")
    }

    @Test func `without a file hints name flags`() throws {
        let response = try ProxyProcess(nil).request("GET", "http://127.0.0.1:6667/")
        #expect(response.text.contains("--allow-target 127.0.0.1:6667"), "\(response.text)")
        let origin = try ProxyProcess(nil).request("GET", "http://127.0.0.1:2/", ["Origin: \(Policy.app)"])
        #expect(origin.text.contains("--allow-origin \(Policy.app)"), "\(origin.text)")
        let launch = ProxyProcess.Launch(arguments: ["--port", "0", "--allow-target", "a.example"])
        let denied = try ProxyProcess(nil, launch).request("GET", "http://b.example/")
        #expect(denied.errorCode == "target-denied")
        #expect(denied.text.contains("--allow-target b.example"), "\(denied.text)")
        let file = try ProxyProcess().request("GET", "http://127.0.0.1:6667/")
        #expect(!file.text.contains("--allow-target"), "\(file.text)")
    }

    @Test func `a mistyped route is told the routes, but not through a server in front`() throws {
        let upstream = try ScriptedUpstream.named("reached")
        let proxy = try Gateway.proxy(Gateway.route("/weather/", to: upstream.url()))
        #expect(try proxy.request("GET", "wether/x").text.contains("The one route is /weather/."))
        let forwarded = try proxy.request("GET", "wether/x", ["X-Forwarded-For: 192.0.2.1"])
        #expect(!forwarded.text.contains("/weather/"), "\(forwarded.text)")
    }
}
