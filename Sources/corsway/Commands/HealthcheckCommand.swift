import ArgumentParser
import Configuration
import Foundation
import HTTPSyntax
import IPAddresses
import ProxyServer
import Upstream

/// `corsway healthcheck`.
struct HealthcheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Ask a running proxy whether it is ready.",
        discussion: """
            Asks /readyz of the admin listener that the configuration opens, with its token; where it opens none, \
            OPTIONS * of the first listener, of which any status below 500 will do. HOST and PORT count as for \
            serve. For containers that have no curl.

            EXAMPLES
              corsway healthcheck --config /etc/corsway/corsway.json
              corsway healthcheck --url http://127.0.0.1:9090/readyz

            EXIT STATUS
              0 ready, 1 not ready, 2 bad configuration or URL
            """
    )

    @Option(help: ArgumentHelp("The configuration that the proxy was started with.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Ask this URL; any status from 200 to 299 is ready.", valueName: "url"))
    var url: String?

    @Option(help: ArgumentHelp("Seconds to wait for an answer.", valueName: "seconds"))
    var timeout = 5

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        // Whoever names a URL may have no configuration at hand.
        let settings =
            url == nil || config != nil
            ? try loadOrExit(config, flags: Flags(), environment: environment) : nil
        let question = try HealthQuestion(settings, url: url)
        let isReady: Bool
        do throws(DirectRequestError) {
            let status = try question.ask(timeout: .seconds(max(1, timeout))).status
            print("\(question.text): \(status)")
            isReady = question.isReady(status)
        } catch {
            printToStandardError("corsway: \(question.text): \(error.healthText)")
            isReady = false
        }
        if !isReady { throw ExitStatus.failure.code }
    }
}

/// What a health check asks, and of whom.
struct HealthQuestion {
    /// Whether the proxy itself is asked, which has no page for this.
    private let isForServer: Bool
    private let target: TargetURL
    private let unixSocket: String?
    private let fields: [(name: String, value: String)]

    /// Finds out whom to ask.
    init(_ settings: Settings?, url: String?) throws {
        var isForServer = false
        var text = url ?? ""
        var unixSocket: String?
        if let settings, url == nil {
            if settings.admin.isEnabled {
                text = "http://\(settings.admin.listen.authorityOnThisMachine)/readyz"
            } else if let listen = settings.listeners.first {
                isForServer = true
                let authority = listen.unix == nil ? listen.authorityOnThisMachine : "localhost"
                text = "\(listen.scheme)://\(authority)/"
                unixSocket = listen.unix
            }
        }
        guard let url = URL(string: text), let scheme = url.scheme, let host = url.host(percentEncoded: true)
        else {
            printToStandardError("corsway: error: \"\(text)\" is no URL.")
            throw ExitStatus.configuration.code
        }
        let bare = host.contains(":") ? "[\(host)]" : host
        let authority = url.port.map { "\(bare):\($0)" } ?? bare
        do throws(TargetURLError) {
            let origin = try TargetURLParser().origin(scheme: scheme, authority: authority)
            let path = url.path(percentEncoded: true)
            target = TargetURL(origin: origin, pathAndQuery: path.isEmpty ? "/" : path)
        } catch {
            printToStandardError("corsway: error: \"\(text)\" is no URL of http or https.")
            throw ExitStatus.configuration.code
        }
        var token: String?
        // The token is for the admin listener alone, whatever URL it is asked by.
        if let settings, settings.admin.isEnabled, authority == settings.admin.listen.authorityOnThisMachine {
            token = settings.admin.token?.text
        }
        self.isForServer = isForServer
        self.unixSocket = unixSocket
        fields = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
    }

    /// What is asked, for people.
    var text: String { unixSocket.map { "unix:\($0)" } ?? target.serialized }

    /// Asks.
    func ask(timeout: Duration) throws(DirectRequestError) -> ResponseHead {
        try DirectRequest(
            isForServer ? "OPTIONS" : "GET",
            target,
            fields: fields,
            over: ConnectionRequest(toRunningProxy: target.origin, timeout: timeout),
            timeout: timeout,
            unixSocket: unixSocket,
            isForServer: isForServer
        ).send()
    }

    /// Whether an answer of this status is what was hoped for.
    func isReady(_ status: Int) -> Bool {
        isForServer ? status < 500 : 200..<300 ~= status
    }
}

extension ListenSettings {
    /// Host and port by which this machine reaches what listens there.
    var authorityOnThisMachine: String {
        guard let address = IPAddress(host), address.isUnspecified else { return "\(hostInURL):\(port)" }
        return address.family == .v6 ? "[::1]:\(port)" : "127.0.0.1:\(port)"
    }
}

extension DirectRequestError {
    var healthText: String {
        switch self {
        case .connection(.unreachable): "nobody listens there"
        case .connection(let failure): "no connection (\(failure))"
        case .closed: "the connection was closed"
        case .timeout: "no answer in time"
        case .malformed: "what answers does not speak HTTP"
        }
    }
}
