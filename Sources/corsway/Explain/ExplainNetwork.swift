import ArgumentParser
import BrowserModel
import HTTPSyntax
import IPAddresses
import Text
import Upstream

/// Asks servers as a browser on this machine would.
final class ExplainNetwork {
    private let proxies: ProxyEnvironment
    private let parser = TargetURLParser()
    /// What the user should know about the connections that were made.
    private(set) var notes: [String] = []
    /// Why a certificate of this machine is not trusted; nil where all are.
    private(set) var distrust: String?

    /// - Throws: `ValidationError`, where the environment names a proxy that is none.
    init(_ environment: [String: String]) throws {
        do throws(ProxyEnvironmentError) {
            proxies = try ProxyEnvironment(.environment, environment: environment)
        } catch {
            throw ValidationError(error.reason)
        }
    }

    func ask(_ request: WireRequest) throws(NetworkFailure) -> WireAnswer {
        let reading: ResponseReading
        do throws(DirectRequestError) {
            reading = try read(request, verifiesTLS: true)
        } catch {
            guard case .connection(.tls(let failure)) = error, isLoopback(request.url.host) else {
                throw NetworkFailure(error, request.url)
            }
            return try askUnverified(request, reason: failure.description)
        }
        return try reading.get()
    }

    /// A developer's own server rarely has a certificate that is trusted, and there is nobody in between.
    private func askUnverified(_ request: WireRequest, reason: String) throws(NetworkFailure) -> WireAnswer {
        let note =
            "The certificate of \(request.url.authority) is not trusted: \(reason). A browser blocks everything "
            + "until the user accepts it; what follows is as if that had been done."
        if !notes.contains(note) { notes.append(note) }
        distrust = reason
        let reading: ResponseReading
        do throws(DirectRequestError) {
            reading = try read(request, verifiesTLS: false)
        } catch {
            throw NetworkFailure(error, request.url)
        }
        return try reading.get()
    }

    private func isLoopback(_ host: String) -> Bool {
        IPAddress(literal: host)?.isLoopback ?? LoopbackName.matches(host)
    }

    private func read(_ request: WireRequest, verifiesTLS: Bool) throws(DirectRequestError) -> ResponseReading
    {
        guard let target = TargetURL(request.url) else { throw .malformed }
        let route = ConnectionRequest(
            forCommandTo: target.origin,
            verifiesTLS: verifiesTLS,
            timeout: .seconds(10),
            proxy: proxies.endpoint(for: target.origin),
            isForTunnel: request.isHandshake
        )
        // A forward proxy that no tunnel leads through reads the answer itself, and writes another one.
        if route.proxy != nil, target.origin.scheme == .http, !request.isHandshake {
            return .answer(try relayed(request, target, route), length: 0)
        }
        let text = request.lines.map { "\($0)\r\n" }.joined() + "\r\n"
        let connection = try RawRequest(over: route, timeout: .seconds(60))
        let (bytes, hasEnded) = try connection.send(Array(text.utf8)) {
            OwnRefusal.isRead($0, hasEnded: $1, to: request)
        }
        let reading = OwnRefusal.note(in: bytes, hasEnded: hasEnded, to: request)
        if request.isHandshake, case .answer(let answer, _) = reading, answer.status == 101 {
            let goodbye = WebSocketCloseCode.normal.maskedFrame(by: .random(in: .min ... .max))
            connection.finish(with: goodbye, within: .seconds(1))
        }
        return reading
    }

    private func relayed(
        _ request: WireRequest,
        _ target: TargetURL,
        _ route: ConnectionRequest
    ) throws(DirectRequestError) -> WireAnswer {
        let head = try DirectRequest(
            request.method,
            target,
            fields: request.fields.map { (name: $0.name, value: $0.value) },
            over: route,
            timeout: .seconds(60)
        ).send()
        return WireAnswer(head)
    }

    /// Reads a Location field as browsers do.
    func resolve(_ location: String, _ base: RequestURL) -> RedirectTarget {
        guard let base = TargetURL(base) else { return .invalid }
        do throws(TargetURLError) {
            return .url(RequestURL(try parser.resolve(location, against: base)), hasCredentials: false)
        } catch {
            switch error {
            case .scheme: return .otherScheme(location)
            case .credentials: return withoutCredentials(location, base)
            case .invalid, .host, .port: return .invalid
            }
        }
    }

    private func withoutCredentials(_ location: String, _ base: TargetURL) -> RedirectTarget {
        guard let slashes = location.firstRange(of: "//") else { return .invalid }
        let authority = location[slashes.upperBound...].prefix { !"/?#".contains($0) }
        guard let at = authority.lastIndex(of: "@") else { return .invalid }
        let rest = location[slashes.upperBound...].suffix(from: location.index(after: at))
        do throws(TargetURLError) {
            let url = try parser.resolve("\(location[..<slashes.upperBound])\(rest)", against: base)
            return .url(RequestURL(url), hasCredentials: true)
        } catch {
            return .invalid
        }
    }
}

extension WireAnswer {
    fileprivate init(_ head: ResponseHead) {
        let fields = head.fields
        self.init(
            status: head.status,
            reason: head.reason,
            fields: fields.lines.map { line in
                HeaderLine(
                    String(decoding: fields.name(of: line), as: UTF8.self),
                    String(decoding: fields.value(of: line), as: UTF8.self)
                )
            }
        )
    }
}

extension NetworkFailure {
    /// Names the failure as Chromium does.
    fileprivate init(_ error: DirectRequestError, _ url: RequestURL) {
        let host = url.authority
        switch error {
        case .connection(.unknownHost), .connection(.resolutionTimeout):
            self.init(name: "net::ERR_NAME_NOT_RESOLVED", message: "the host \(url.host) is unknown")
        case .connection(.timeout):
            self.init(name: "net::ERR_CONNECTION_TIMED_OUT", message: "\(host) does not answer")
        case .connection(.tls(let reason)):
            self.init(name: "net::ERR_CERT_INVALID", message: "TLS with \(host) failed: \(reason)")
        case .connection(.proxy):
            self.init(
                name: "net::ERR_PROXY_CONNECTION_FAILED",
                message: "the proxy that the environment names does not lead to \(host)"
            )
        case .connection:
            self.init(
                name: "net::ERR_CONNECTION_REFUSED",
                message: "\(host) does not accept connections"
            )
        case .closed:
            self.init(
                name: "net::ERR_EMPTY_RESPONSE",
                message: "\(host) closed the connection without an answer"
            )
        case .timeout:
            self.init(name: "net::ERR_TIMED_OUT", message: "\(host) gave no answer within 60 s")
        case .malformed:
            self.init(name: "net::ERR_INVALID_HTTP_RESPONSE", message: "\(host) answered with no valid HTTP")
        }
    }
}
