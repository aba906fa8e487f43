import ArgumentParser
import CORSPolicy
import Configuration
import BrowserModel
import HTTPSyntax
import HTTPTypes
import ProxyServer
import Upstream

/// A proxy of some configuration that does not run, and can be asked all the same.
struct ExplainProxy {
    let settings: Settings
    /// The configuration file; nil for the defaults.
    let file: String?
    let door: ProxyDoor
    private let dryRun: DryRun

    /// - Throws: `ValidationError` where no server would start.
    init(
        _ settings: Settings,
        file: String?,
        environment: [String: String],
        suffixes: PublicSuffixList
    ) throws {
        self.settings = settings
        self.file = file
        door = ProxyDoor(settings)
        do throws(StartError) {
            dryRun = try DryRun(settings, environment: environment, suffixes: suffixes)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// Answers a browser's request; nil where it is none to the proxy.
    func answer(_ request: WireRequest) throws(NetworkFailure) -> WireAnswer? {
        guard let entrance = door.entrance(to: request.url) else { return nil }
        guard let answer = dryRun.answer(to: request.lines, through: entrance) else {
            throw NetworkFailure(name: "net::ERR_TIMED_OUT", message: "corsway gives no answer")
        }
        let reading = ResponseReading(answer.head, hasEnded: false, to: request)
        return try reading.get().with(remark: answer.remark, proxyError: answer.errorCode)
    }

    /// The policy that a page's request comes under, what of the file it is compiled of, and the place of the route
    /// among the settings' ones; nil for the prefix form.
    func ruling(on request: PageRequest) -> (policy: CORSPolicy, cors: CORSConfiguration, route: Int?) {
        var fields = FieldSection()
        fields.append(.host, request.url.authority)
        let head = RequestHead(
            method: .get,
            target: request.url.pathAndQuery,
            version: .http11,
            fields: fields
        )
        let ruling = dryRun.ruling(on: head, through: door.entrance(to: request.url) ?? .listener(0))
        let configuration = ruling.route.map { settings.routes[$0].cors } ?? settings.cors
        return (ruling.policy, configuration, ruling.route)
    }
}
