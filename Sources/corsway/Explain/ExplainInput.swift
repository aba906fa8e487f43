import ArgumentParser
import BrowserModel
import HTTPSyntax
import Text
import Upstream

/// What the command line says, read and checked.
struct ExplainInput {
    /// The URL as it was written, without a fragment, and http in the place of ws; with `--via` perhaps a path or a
    /// name of the proxy.
    let text: String
    /// What the page asks of the server itself; with `--via` its URL is of no account.
    let request: PageRequest
    let suffixes = PublicSuffixList()

    /// - Throws: `ValidationError`, with what to write instead.
    init(_ command: ExplainCommand) throws {
        let webSocket = try WebSocketInput(command)
        text = webSocket?.text ?? command.url
        guard let url = Self.url(text) ?? (command.via != nil && !text.contains("://") ? .placeholder : nil)
        else {
            throw ValidationError(Self.refusal(of: command.url, isProxied: command.via != nil))
        }
        guard HTTPToken.isValid(command.method) else {
            throw ValidationError("\"\(command.method)\" is no method. Write a name such as PUT.")
        }
        guard let redirect = PageRequest.Redirect(rawValue: command.redirect) else {
            throw ValidationError("--redirect is follow, error or manual, not \"\(command.redirect)\".")
        }
        request = PageRequest(
            by: webSocket.map { .webSocket($0.call) } ?? .fetch,
            page: try Self.origin(command.from),
            url: url,
            method: command.method,
            headers: try command.headers.map(Self.header),
            credentials: command.credentials ? .include : .sameOrigin,
            redirect: redirect
        )
    }

    /// What the page asks of a proxy; nil where the URL means nothing there.
    func request(through door: ProxyDoor) -> PageRequest? {
        guard let url = door.url(for: text, by: request) else { return nil }
        var request = request
        request.url = url
        return request
    }

    /// What is wrong with the URL, and what to write instead.
    static func refusal(of text: String, isProxied: Bool) -> String {
        let start =
            "\"\(text)\" is no http, https, ws or wss URL. Write it whole, such as https://api.example.com/items"
        guard isProxied else { return start + "." }
        return start + ", or a path or a name of the proxy, such as /weather/today or weather.localhost."
    }

    /// Reads an absolute URL as a browser does; the fragment goes.
    static func url(_ text: String) -> RequestURL? {
        guard text.contains("://") else { return nil }
        let base = TargetURL(
            origin: TargetOrigin(scheme: .http, host: "localhost", port: 80),
            pathAndQuery: "/"
        )
        do throws(TargetURLError) {
            return RequestURL(try TargetURLParser().resolve(text, against: base))
        } catch {
            return nil
        }
    }

    private static func origin(_ text: String) throws -> PageOrigin {
        if text == "null" { return .opaque }
        if let url = url(text) {
            let origin = PageOrigin(of: url)
            guard origin.serialized == text else {
                throw ValidationError(
                    "\"\(text)\" is not how a browser writes an origin. Write --from \(origin.serialized)."
                )
            }
            return origin
        }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let isForeign =
            parts.count == 2 && parts[1].hasPrefix("//") && parts[1].count > 2 && HTTPToken.isValid(parts[0])
            && HTTPToken.isValid(parts[1].dropFirst(2))
            && !["http", "https", "file", "data"].contains(parts[0].lowercased())
        guard isForeign else {
            throw ValidationError(
                "\"\(text)\" is no origin. Write a scheme and a host, such as https://app.example, or null."
            )
        }
        return PageOrigin(scheme: parts[0], host: String(parts[1].dropFirst(2)))
    }

    private static func header(_ text: String) throws -> HeaderLine {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, HTTPToken.isValid(parts[0]), parts[1].utf8.allSatisfy(\.isFieldOctet) else {
            throw ValidationError("\"\(text)\" is no header. Write -H 'Name: value'.")
        }
        return HeaderLine(String(parts[0]), String(OptionalWhitespace.trimmed(parts[1])))
    }
}

extension RequestURL {
    fileprivate static let placeholder = RequestURL(
        scheme: "http",
        host: "localhost",
        port: nil,
        pathAndQuery: "/"
    )

    init(_ url: TargetURL) {
        self.init(
            scheme: url.origin.scheme.rawValue,
            host: url.origin.host,
            port: url.origin.port,
            pathAndQuery: url.pathAndQuery
        )
    }
}

extension TargetURL {
    /// Returns nil for a scheme that is not forwarded, which a `RequestURL` never has.
    init?(_ url: RequestURL) {
        guard let scheme = TargetScheme(rawValue: url.scheme) else { return nil }
        self.init(
            origin: TargetOrigin(scheme: scheme, host: url.host, port: url.port ?? scheme.defaultPort),
            pathAndQuery: url.pathAndQuery
        )
    }
}
