import Configuration
import Sockets

extension Server {
    /// What to print when the program has started; `nil` where standard output gets the log, for programs.
    ///
    /// Says where the proxy listens, what is open, and what to paste into a page.
    public var startMessage: String? {
        let settings = settings
        return settings.log.format == .pretty || settings.log.file != nil ? startText : nil
    }

    /// Says in the log where the proxy listens.
    public func logStart() {
        guard startMessage == nil || settings.log.file != nil else { return }
        for line in whereabouts { logger.notice("\(line)") }
    }

    /// What is listened on, in a sentence for each kind of listener.
    var whereabouts: [String] {
        ["listening on \(locations.joined(separator: " and "))"] + (adminText.map { [$0] } ?? [])
            + rivalTexts.map { "\($0)" }
    }

    private var locations: [String] {
        listeners.filter { $0.role == .proxy }.flatMap(\.locations)
    }

    /// The same for pages.
    private var pageLocations: [String] {
        listeners.filter { $0.role == .proxy }.flatMap(\.pageLocations)
    }

    /// Why pages have to write an address in place of `localhost`.
    private var rivalTexts: [String] {
        listeners.filter { $0.role == .proxy }.compactMap { listener in
            listener.rival.map {
                "localhost leads to another program too, at \($0): write the address. "
                    + "Cookies of pages on localhost are not sent there."
            }
        }
    }

    private var adminText: String? {
        let urls = listeners.filter { $0.role == .admin }.flatMap(\.locations)
        return urls.isEmpty ? nil : "health and metrics on \(urls.joined(separator: " and "))"
    }

    private var startText: String {
        let settings = settings
        let prefix = settings.prefix
        let targets =
            prefix.isEnabled
            ? prefix.targets.allow.map(\.text).joined(separator: ", ") : "none: prefix.enabled is false"
        var lines = [
            "Corsway listening on \(pageLocations.joined(separator: " and "))",
            "  origins  \(settings.cors.allowedOrigins.joined(separator: ", "))",
            "  targets  \(targets)",
            "  private  \(privateText)",
        ]
        if !settings.routes.isEmpty {
            lines.insert("  routes   \(settings.routes.map(\.path).joined(separator: ", "))", at: 2)
        }
        if let adminText { lines.append("  admin    \(adminText)") }
        lines += rivalTexts.map { "  note     \($0)" }
        if let base = exampleBase {
            lines.append("")
            lines.append("Paste into the console of a page that is allowed:")
            lines.append(
                "  fetch(\"\(base)\(settings.basePath)https://example.com/\").then(r => r.text()).then(console.log)"
            )
        }
        return lines.map { $0 + "\n" }.joined() + "\n"
    }

    /// The address for the line to paste; none where that line would be refused, or nobody can open the address.
    private var exampleBase: String? {
        let prefix = settings.prefix
        guard prefix.isEnabled, prefix.targets.allow.contains(where: { $0.text == "*" }),
            settings.clientKeys.isEmpty
        else {
            return nil
        }
        return pageLocations.first { location in
            !["unix:", "http://0.0.0.0:", "https://0.0.0.0:", "http://[::]:", "https://[::]:"]
                .contains(where: location.hasPrefix)
        }
    }

    private var privateText: String {
        switch settings.guard.allowPrivateNetworks {
        case .none: "no private address may be asked"
        case .all: "all private addresses may be asked"
        case .blocks(let blocks): "only \(blocks.map(\.description).joined(separator: ", "))"
        case .loopbackByDefault:
            listeners.allSatisfy { $0.role == .admin || $0.isLoopback }
                ? "only this machine's own (loopback)" : "no private address may be asked"
        }
    }
}
