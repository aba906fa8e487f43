import CORSPolicy
import HTTPSyntax
import HTTPTypes
import ProxyCore

/// A response that the proxy makes itself: an error, a preflight's answer, a page.
struct OwnResponse {
    var head: ResponseHead
    let body: [UInt8]
    /// The names of fields that pages may read whatever the policy exposes.
    private(set) var told: [String] = []

    private init(
        _ status: Int,
        _ reason: String,
        type: String? = nil,
        body: [UInt8] = [],
        isCacheable: Bool = false,
        fields extra: [(KnownField, String)] = []
    ) {
        var fields = FieldSection()
        if let type { fields.append(.contentType, type) }
        if status != 204 { fields.append(.contentLength, "\(body.count)") }
        if !isCacheable { fields.append(.cacheControl, "no-store") }
        for (field, value) in extra {
            fields.append(field, value)
        }
        head = ResponseHead(version: .http11, status: status, reason: reason, fields: fields)
        self.body = body
    }

    /// An error, as JSON that a page can read.
    static func error(_ error: ProxyError, requestID: String) -> OwnResponse {
        var body: [UInt8] = []
        error.writeBody(requestID: requestID, to: &body)
        var fields: [(KnownField, String)] = [
            (.xCorswayError, error.code.rawValue), (.xContentTypeOptions, "nosniff"),
        ]
        if error.code == .tooManyConnections { fields.append((.retryAfter, "1")) }
        let status = HTTPResponse.Status.registered(error.code.status)
        var response = OwnResponse(
            status.code,
            status.reasonPhrase,
            type: "application/json; charset=utf-8",
            body: body,
            fields: fields
        )
        response.told = error.fields.map(\.name)
        for field in error.fields { response.head.fields.append(name: field.name, value: field.value) }
        return response
    }

    /// A text that is not for pages.
    static func text(
        _ status: Int,
        _ body: [UInt8],
        type: String = "text/plain; charset=utf-8",
        fields: [(KnownField, String)] = []
    ) -> OwnResponse {
        OwnResponse(
            status,
            HTTPResponse.Status.registered(status).reasonPhrase,
            type: type,
            body: body,
            fields: [(.xContentTypeOptions, "nosniff")] + fields
        )
    }

    /// A text that is not for pages.
    static func text(_ status: Int, _ body: String, fields: [(KnownField, String)] = []) -> OwnResponse {
        text(status, Array(body.utf8), fields: fields)
    }

    /// The answer to a preflight; all its fields come from the policy.
    static func preflight(_ decision: CORSDecision) -> OwnResponse {
        let status = HTTPResponse.Status.registered(decision.preflightStatus)
        var response = OwnResponse(status.code, status.reasonPhrase, isCacheable: true)
        response.head.fields.remove(.contentLength)
        for field in decision.preflightFields() {
            response.head.fields.append(field)
        }
        return response
    }

    /// What cors-anywhere says at `/iscorsneeded`; without CORS headers, so that a page that could read it
    /// learns that it needs no proxy.
    static let iscorsneeded = OwnResponse(
        200,
        "OK",
        type: "text/plain; charset=utf-8",
        body: Array("no".utf8)
    )

    /// The answer to `OPTIONS *`.
    static let serverOptions = OwnResponse(204, "No Content")

    /// Sends a page to a target of its own origin.
    static func redirect(to target: TargetURL) -> OwnResponse {
        OwnResponse(
            301,
            "Moved Permanently",
            isCacheable: true,
            fields: [(.location, target.serialized), (.vary, "Origin"), (.cacheControl, "private")]
        )
    }

    /// The help page, in HTML or text.
    static func help(
        for head: RequestHead,
        from client: ClientRequest,
        in configuration: CompiledConfiguration,
        on listener: Listener
    ) -> OwnResponse {
        if let file = configuration.helpFile {
            let type = file.isHTML ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"
            return OwnResponse(200, "OK", type: type, body: file.bytes)
        }
        let accept = head.fields.string(of: .accept)
        let page = HelpPage(
            baseURL: String(
                listener.byName(
                    configuration.rules.publicBase(head.fields, from: client)
                        .url(basePath: configuration.rules.basePath)
                )
                .dropLast()
            )
        )
        if HelpPage.prefersHTML(accept: accept) {
            return OwnResponse(
                200,
                "OK",
                type: "text/html; charset=utf-8",
                body: Array(page.html.utf8),
                fields: [(.contentSecurityPolicy, HelpPage.contentSecurityPolicy), (.vary, "Accept")]
            )
        }
        return OwnResponse(
            200,
            "OK",
            type: "text/plain; charset=utf-8",
            body: Array(page.text.utf8),
            fields: [(.vary, "Accept")]
        )
    }
}

extension ResponseHead {
    /// Adds what the policy has to say to the head of a response that the proxy makes itself.
    ///
    /// - Parameter told: Names of fields that are exposed whatever the policy says.
    mutating func applyToOwnResponse(_ decision: CORSDecision, exposing told: [String] = []) {
        fields.apply(decision, status: status)
        expose(told)
        for field in decision.refusalFields() where field.name != .cacheControl {
            fields.append(field)
        }
    }
    private mutating func expose(_ names: [String]) {
        guard !names.isEmpty, let exposed = fields.string(of: .accessControlExposeHeaders), exposed != "*"
        else {
            return
        }
        let known = exposed.split(separator: ",").map { $0.lowercased() }
        let added = names.filter { !known.contains($0.lowercased()) }
        fields.remove(.accessControlExposeHeaders)
        fields.append(.accessControlExposeHeaders, ([exposed] + added).joined(separator: ","))
    }
}
