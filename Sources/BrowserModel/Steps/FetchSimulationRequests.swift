/// The bytes of what a browser sends, as far as a server may care.
extension FetchSimulation {
    /// - SeeAlso: Fetch §4.8 (CORS-preflight fetch), steps 1–6.
    func preflightRequest(for unsafeNames: [String]) -> WireRequest {
        var fields = [HeaderLine("Accept", "*/*"), HeaderLine("Access-Control-Request-Method", method)]
        if !unsafeNames.isEmpty {
            fields.append(
                HeaderLine("Access-Control-Request-Headers", unsafeNames.joined(separator: ","))
            )
        }
        fields.append(HeaderLine("Origin", origin))
        return WireRequest(method: "OPTIONS", url: url, fields: fields + context, isPreflight: true)
    }

    var actualRequest: WireRequest {
        var fields = headers
        if !fields.contains(where: { $0.isNamed("Accept") }) { fields.append(HeaderLine("Accept", "*/*")) }
        // Fetch §3.2 (append a request Origin header).
        if isCrossOrigin || !["GET", "HEAD"].contains(method) { fields.append(HeaderLine("Origin", origin)) }
        fields += context
        if ["POST", "PUT"].contains(method) { fields.append(HeaderLine("Content-Length", "0")) }
        return WireRequest(method: method, url: url, fields: fields, isPreflight: false)
    }

    /// Where the request comes from; Fetch Metadata is sent only where the way is safe.
    private var context: [HeaderLine] {
        var fields: [HeaderLine] = []
        let isDowngrade = request.page.scheme == "https" && !url.isPotentiallyTrustworthy
        if !request.page.isOpaque, !isDowngrade {
            // Referrer Policy §3.7: strict-origin-when-cross-origin, of a page at "/".
            fields.append(HeaderLine("Referer", "\(request.page.serialized)/"))
        }
        if !headers.contains(where: { $0.isNamed("User-Agent") }) {
            fields.append(HeaderLine("User-Agent", "Mozilla/5.0 (compatible; corsway explain)"))
        }
        if url.isPotentiallyTrustworthy {
            fields.append(HeaderLine("Sec-Fetch-Dest", "empty"))
            fields.append(HeaderLine("Sec-Fetch-Mode", "cors"))
            fields.append(HeaderLine("Sec-Fetch-Site", site.rawValue))
        }
        return fields
    }
}
