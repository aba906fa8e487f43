import Text

/// What a server may make of the one extension that browsers offer.
///
/// - SeeAlso: RFC 7692 §7.1, and Chromium's net/websockets/websocket_deflate_parameters.cc.
enum ExtensionsCheck {
    private static let deflate = "permessage-deflate"
    private static let windowSizes = Set((8...15).map(String.init))

    /// Joins the extensions that were chosen.
    ///
    /// - Parameter elements: Those of Sec-WebSocket-Extensions.
    static func extensions(_ elements: [String]) throws(WebSocketFailure) -> String {
        var hasDeflate = false
        for element in elements {
            let parts = element.split(separator: ";", omittingEmptySubsequences: false)
                .map { OptionalWhitespace.trimmed($0) }
            let parameters = parts.dropFirst().map(Parameter.init)
            guard let name = parts.first, HTTPToken.isValid(name), !parameters.contains(nil) else {
                throw .extensions(
                    "'Sec-WebSocket-Extensions' header value is rejected by the parser: \(element)"
                )
            }
            guard name == deflate else {
                throw .extensions(
                    "Found an unsupported extension '\(name)' in 'Sec-WebSocket-Extensions' header"
                )
            }
            guard !hasDeflate else { throw .extensions("Received duplicate permessage-deflate response") }
            hasDeflate = true
            if let fault = fault(in: parameters.compactMap(\.self)) {
                throw .extensions("Error in permessage-deflate: \(fault)")
            }
        }
        return elements.joined(separator: ", ")
    }

    private static func fault(in parameters: [Parameter]) -> String? {
        var names: Set<String> = []
        for parameter in parameters {
            let name = parameter.name
            let isWindow = name == "server_max_window_bits" || name == "client_max_window_bits"
            guard isWindow || name == "server_no_context_takeover" || name == "client_no_context_takeover"
            else { return "Received an unexpected permessage-deflate extension parameter" }
            guard names.insert(name).inserted else {
                return "Received duplicate permessage-deflate extension parameter \(name)"
            }
            if name == "client_max_window_bits", parameter.value == nil {
                return "client_max_window_bits must have value"
            }
            let isValid =
                isWindow ? windowSizes.contains(parameter.value ?? "") : parameter.value == nil
            if !isValid { return "Received invalid \(name) parameter" }
        }
        return nil
    }

    private struct Parameter: Equatable {
        let name: String
        let value: String?

        /// Reads `name`, `name=token` or `name="token"`.
        init?(_ text: Substring) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { OptionalWhitespace.trimmed($0) }
            guard let first = parts.first, HTTPToken.isValid(first) else { return nil }
            name = String(first)
            guard parts.count == 2 else {
                value = nil
                return
            }
            let isQuoted = parts[1].count > 2 && parts[1].hasPrefix("\"") && parts[1].hasSuffix("\"")
            let token = isQuoted ? parts[1].dropFirst().dropLast() : parts[1]
            guard HTTPToken.isValid(token) else { return nil }
            value = String(token)
        }
    }
}
