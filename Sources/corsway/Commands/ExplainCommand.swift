import ArgumentParser
import Configuration
import BrowserModel
import Foundation

/// `corsway explain URL --from ORIGIN`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say step by step why a browser blocks a request, and what to change.",
        discussion: """
            Asks what the page would ask, with the browser's own checks in between, and judges the answers: first \
            those of the server itself, then in brief those that corsway would give by its defaults.

            The request is really sent, without a body, wherever the browser would send it: an allowed DELETE \
            deletes. The browser's cookies do not go along.

            A ws or wss URL is asked as new WebSocket() asks; what opens is closed at once.

            EXAMPLES
              corsway explain https://api.example.com/items --from https://app.example
              corsway explain https://api.example.com/items --from https://app.example \\
                -X PUT -H 'Content-Type: application/json' --credentials
              corsway explain https://api.example.com/items --from null \\
                --via corsway.json --json
              corsway explain /weather/today --from http://localhost:5173 \\
                --via corsway.json
              corsway explain wss://api.example.com/live --from https://app.example \\
                --protocol graphql-transport-ws

            EXIT STATUS
              0 the page may read the answer, or has its WebSocket, 2 bad usage, 1 the browser blocks it, or the proxy answers with an \
            error of its own
            """
    )

    @Argument(
        help: ArgumentHelp(
            "What the page asks for; with --via also a path or a name of the proxy, such as /weather/today.",
            valueName: "url"
        )
    )
    var url: String

    @Option(
        help: ArgumentHelp(
            "The origin of the page; null for a sandboxed or a local one.",
            valueName: "origin"
        )
    )
    var from: String

    @Option(name: [.customShort("X"), .customLong("method")], help: "The method.")
    var method = "GET"

    @Option(
        name: [.customShort("H"), .customLong("header")],
        help: ArgumentHelp("A header that the script sets; repeat for more.", valueName: "name: value")
    )
    var headers: [String] = []

    @Flag(help: "As with fetch(…, { credentials: \"include\" }).")
    var credentials = false

    @Option(help: "As with fetch(…, { redirect }): follow, error or manual.")
    var redirect = "follow"

    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp("A subprotocol that new WebSocket() offers; repeat for more.", valueName: "name")
    )
    var subprotocols: [String] = []

    @Flag(help: "As with new WebSocket(…), where the URL does not say so by ws or wss.")
    var websocket = false

    @Flag(help: "Ask the server itself only.")
    var direct = false

    @Option(help: ArgumentHelp("Ask through the proxy of a configuration only.", valueName: "config"))
    var via: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if direct, via != nil { throw ValidationError("Write --direct or --via, not both.") }
        _ = try ExplainInput(self)
    }

    func run() throws {
        let input = try ExplainInput(self)
        let environment = ProcessInfo.processInfo.environment
        let run = ExplainRun(input, environment)
        let views: [ExplainView]
        do {
            views =
                if let via { [try run.view(by: via)] } else { try run.views(isAlone: direct) }
        } catch let error as ConfigurationError {
            printToStandardError(error.description)
            throw ExitStatus.configuration.code
        }
        let isFine = views.first?.explanation.isFine == true
        if json {
            print(try ExplainJSON(views, isAllowed: isFine).text)
        } else {
            print(ExplainText(isColoured: isTerminal(environment)).text(views), terminator: "")
        }
        if !isFine { throw ExitStatus.failure.code }
    }

    private func isTerminal(_ environment: [String: String]) -> Bool {
        isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR", default: ""].isEmpty
            && environment["TERM"] != "dumb"
    }
}
