import Text

/// What the answer to a preflight allows.
///
/// - SeeAlso: Fetch §4.8 (CORS-preflight fetch), step 7.
struct PreflightCheck {
    private let check: CORSCheck
    private let method: String
    private let headerNames: [String]

    /// - Parameter headerNames: The names that were asked for, in lower case.
    init(check: CORSCheck, method: String, headerNames: [String]) {
        self.check = check
        self.method = method
        self.headerNames = headerNames
    }

    /// What is wrong with an answer; nil where the actual request may be sent.
    func fault(of answer: WireAnswer) -> (error: CORSError, parameter: String)? {
        if answer.isRedirect { return (.preflightDisallowedRedirect, "") }
        if let fault = check.fault(of: answer) { return (fault.error.inPreflight, fault.parameter) }
        guard (200...299).contains(answer.status) else { return (.preflightInvalidStatus, "") }
        let methodsValue = answer.value(of: "Access-Control-Allow-Methods")
        let headersValue = answer.value(of: "Access-Control-Allow-Headers")
        guard let methods = ListElements.tokens(methodsValue) else {
            return (.invalidAllowMethodsPreflightResponse, Self.badElement(methodsValue))
        }
        guard let headers = ListElements.tokens(headersValue) else {
            return (.invalidAllowHeadersPreflightResponse, Self.badElement(headersValue))
        }
        guard FetchMethod.isSafelisted(method) || isListed(method, in: methods) else {
            return (.methodDisallowedByPreflightResponse, method)
        }
        let names = headers.map { $0.lowercased() }
        guard let denied = headerNames.first(where: { !isListed($0, in: names) }) else { return nil }
        return (.headerDisallowedByPreflightResponse, denied)
    }

    /// Whether only Chromium's leniency lets Authorization pass: by Fetch `*` does not cover it.
    func reliesOnWildcardAuthorization(_ answer: WireAnswer) -> Bool {
        let names =
            ListElements.tokens(answer.value(of: "Access-Control-Allow-Headers"))?.map { $0.lowercased() }
            ?? []
        return headerNames.contains("authorization") && !names.contains("authorization")
    }

    private func isListed(_ name: String, in list: [String]) -> Bool {
        list.contains(name) || !check.isCredentialed && list.contains("*")
    }

    private static func badElement(_ value: String?) -> String {
        (value ?? "").split(separator: ",").map(OptionalWhitespace.trimmed)
            .first { !$0.isEmpty && !HTTPToken.isValid($0) }
            .map(String.init) ?? ""
    }
}
