import HTTPTypes
import Text

/// Which methods a policy allows.
struct MethodRule: Sendable {
    private let allowsAny: Bool
    /// Normalised, in the order of the configuration.
    private let names: [String]
    let reflects: Bool
    private let constantField: HTTPField?
    /// What a 405 answer says.
    let allowField: HTTPField

    /// A method is no longer than this where it is reflected.
    private static let maximumReflectedLength = 64

    init(_ configuration: CORSConfiguration, findings: inout Findings) {
        let texts = configuration.allowedMethods
        allowsAny = texts.contains("*")
        names = Self.compile(texts, findings: &findings)
        reflects = allowsAny && configuration.allowCredentials
        let value = allowsAny ? "*" : names.joined(separator: ",")
        constantField =
            reflects || value.isEmpty ? nil : HTTPField(name: .accessControlAllowMethods, value: value)
        let others = allowsAny ? ["PUT", "PATCH", "DELETE"] : names
        let always = FetchMethod.safelisted + ["OPTIONS"]
        allowField = HTTPField(
            name: .allow,
            value: (always + others.filter { !always.contains($0) }).joined(separator: ", ")
        )
    }

    /// Whether a request that is no preflight may use the method.
    func allows(_ method: String) -> Bool {
        allowsAny || FetchMethod.isSafelisted(method) || method == "OPTIONS" || names.contains(method)
    }

    /// Whether a browser goes on after a preflight that asked for the method.
    func grants(_ method: String) -> Bool {
        guard HTTPToken.isValid(method.utf8), !FetchMethod.isForbidden(method) else { return false }
        return allowsAny || FetchMethod.isSafelisted(method) || names.contains(method)
    }

    /// The `Access-Control-Allow-Methods` of a preflight that asked for the method.
    func preflightField(for method: String) -> HTTPField? {
        guard reflects else { return constantField }
        // With credentials "*" is a method of that name (Fetch §4.8), so the one asked for is named.
        guard grants(method), method.utf8.count <= Self.maximumReflectedLength else { return nil }
        return HTTPField(name: .accessControlAllowMethods, value: method)
    }

    /// Whether a method is allowed for which browsers ask first.
    var needsPreflight: Bool {
        allowsAny || !names.allSatisfy(FetchMethod.isSafelisted)
    }
}

// MARK: Compiling

extension MethodRule {
    private static func compile(_ texts: [String], findings: inout Findings) -> [String] {
        var names: [String] = []
        for (index, text) in texts.enumerated() where text != "*" {
            let path = "allowedMethods[\(index)]"
            guard HTTPToken.isValid(text.utf8), !text.utf8.contains(UInt8(ascii: "*")) else {
                findings.refuse(
                    path,
                    "\(text.quoted) is no method.",
                    mend: #"Write a name such as "PUT", or "*" alone for any."#
                )
                continue
            }
            let upper = text.uppercased()
            guard !FetchMethod.isForbidden(text) else {
                findings.refuse(path, "\(text.quoted) is forbidden in browsers and here.", mend: "Remove it.")
                continue
            }
            if upper == "PATCH", text != upper {
                findings.warn(
                    path,
                    "\(text.quoted) is another method than \"PATCH\": browsers leave its case as it is.",
                    mend: #"Write "PATCH"."#
                )
            }
            let name = FetchMethod.normalized(text)
            if names.contains(name) {
                findings.warn(path, "\(text.quoted) is listed twice.", mend: "Remove it.")
            } else if texts.contains("*") {
                findings.warn(path, #"\#(text.quoted) is covered by "*" already."#, mend: "Remove it.")
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
