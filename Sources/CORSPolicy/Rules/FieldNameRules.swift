import Text

/// Field names that the Fetch standard or common sense keeps out of a policy.
enum FieldNameRules {
    /// - SeeAlso: Fetch §2.2.2 (forbidden request-header).
    private static let forbiddenInRequests: Set<String> = [
        "accept-charset", "accept-encoding", "access-control-request-headers",
        "access-control-request-method",
        "access-control-request-private-network", "connection", "content-length", "cookie", "cookie2", "date",
        "dnt", "expect", "host", "keep-alive", "origin", "referer", "set-cookie", "te", "trailer",
        "transfer-encoding", "upgrade", "via",
    ]

    /// Fields of responses: who lists them among request headers has mixed up the two lists.
    private static let responseSide: Set<String> = [
        "access-control-allow-credentials", "access-control-allow-headers", "access-control-allow-methods",
        "access-control-allow-origin", "access-control-allow-private-network",
        "access-control-expose-headers",
        "access-control-max-age",
    ]

    /// Fields that say nothing in the response to an actual request.
    private static let uselessInResponses: Set<String> = [
        "access-control-allow-headers", "access-control-allow-methods", "access-control-max-age",
        "access-control-request-headers", "access-control-request-method", "origin",
    ]

    /// Whether scripts cannot set the lower-case name.
    static func isForbiddenInRequests(_ name: String) -> Bool {
        forbiddenInRequests.contains(name) || name.hasPrefix("proxy-") || name.hasPrefix("sec-")
    }

    /// Whether scripts never see the lower-case name.
    ///
    /// - SeeAlso: Fetch §2.2.2 (forbidden response-header name).
    static func isForbiddenInResponses(_ name: String) -> Bool {
        name == "set-cookie" || name == "set-cookie2"
    }

    /// The lower-case request header names of a list, `*` left out.
    static func compileRequestNames(_ texts: [String], findings: inout Findings) -> [String] {
        compile(texts, path: "allowedHeaders", alwaysListable: "authorization", findings: &findings) { name in
            if isForbiddenInRequests(name) {
                "is set by the browser alone"
            } else if responseSide.contains(name) {
                "is a field of responses"
            } else {
                nil
            }
        }
    }

    /// The lower-case response header names of a list, `*` left out.
    static func compileResponseNames(_ texts: [String], findings: inout Findings) -> [String] {
        compile(texts, path: "exposedHeaders", alwaysListable: nil, findings: &findings) { name in
            if isForbiddenInResponses(name) {
                "is never shown to a script"
            } else if uselessInResponses.contains(name) {
                "says nothing in the response to an actual request"
            } else {
                nil
            }
        }
    }

    private static func compile(
        _ texts: [String],
        path listPath: String,
        alwaysListable: String?,
        findings: inout Findings,
        objection: (String) -> String?
    ) -> [String] {
        var names: [String] = []
        for (index, text) in texts.enumerated() where text != "*" {
            let path = "\(listPath)[\(index)]"
            // "*" is a token byte, but "x-*" would stand for a header of that name, not for a family.
            guard HTTPToken.isValid(text.utf8), !text.utf8.contains(UInt8(ascii: "*")) else {
                findings.refuse(
                    path,
                    "\(text.quoted) is no header name.",
                    mend: #"Write a name such as "X-Example", or "*" alone for any."#
                )
                continue
            }
            let name = text.lowercased()
            if let objection = objection(name) {
                findings.refuse(path, "\(text.quoted) \(objection).", mend: "Remove it.")
            } else if names.contains(name) {
                findings.warn(path, "\(text.quoted) is listed twice.", mend: "Remove it.")
            } else {
                if texts.contains("*"), name != alwaysListable {
                    findings.warn(path, #"\#(text.quoted) is covered by "*" already."#, mend: "Remove it.")
                }
                names.append(name)
            }
        }
        return names
    }
}
