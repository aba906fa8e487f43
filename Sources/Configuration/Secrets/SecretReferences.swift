import Text

/// Puts what `${env:NAME}` and `${file:PATH}` stand for in their place.
struct SecretReferences {
    private static let maximumFileBytes = 64 << 10

    private let file: LocalFile
    private let environment: [String: String]

    /// - Parameter file: The configuration file, from whose folder relative paths start.
    init(file: LocalFile, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    /// The text with every reference replaced, and what they stand for, one by one.
    ///
    /// - Throws: a `Fault` that shows the name of a secret at most; `${` has no other use, so that a misspelt
    ///   reference is never sent in place of the key that it means.
    func resolve(_ text: String) throws(Fault) -> (text: String, secrets: [String]) {
        var result = ""
        var secrets: [String] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else {
                throw Fault(
                    "\"${\" is not closed by \"}\".",
                    mend: "Write \"${env:NAME}\" or \"${file:PATH}\"."
                )
            }
            let secret = try secret(rest[..<end])
            secrets.append(secret)
            result += secret
            rest = rest[rest.index(after: end)...]
        }
        return (result + rest, secrets)
    }

    /// The files that a text refers to, whether they can be read or not.
    func files(in text: String) -> [String] {
        text.ranges(of: "${file:").map { start in
            file.path(of: String(text[start.upperBound...].prefix { $0 != "}" }))
        }
    }

    private func secret(_ reference: Substring) throws(Fault) -> String {
        let kind = reference.prefix { $0 != ":" }
        let name = String(reference[kind.endIndex...].dropFirst())
        switch kind {
        case "env" where !name.isEmpty: return try variable(name)
        case "file" where !name.isEmpty: return try contents(of: name)
        default: throw .notAReference(String(reference))
        }
    }

    private func variable(_ name: String) throws(Fault) -> String {
        guard let value = environment[name] else {
            throw Fault(
                "There is no variable \(name.quoted) in the environment.",
                mend: "Set it where the program is started."
            )
        }
        return try Self.checked(value, from: "The variable \(name.quoted)")
    }

    private func contents(of name: String) throws(Fault) -> String {
        guard !name.utf8.contains(0) else { throw Fault("This is no path.", mend: "Name a file.") }
        let path = file.path(of: name)
        let bytes = try LocalFile(reading: path, maximumBytes: Self.maximumFileBytes).bytes
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Fault("\(path.quoted) is not text in UTF-8.", mend: "Keep one line of text in it.")
        }
        return try Self.checked(text.withoutLastNewline, from: path.quoted)
    }

    /// Refuses what could not be sent in one line; `source` is the subject of the message.
    private static func checked(_ secret: String, from source: String) throws(Fault) -> String {
        guard !secret.isEmpty else { throw Fault("\(source) is empty.", mend: "Put the secret into it.") }
        guard secret.utf8.allSatisfy(\.isFieldOctet) else {
            throw Fault(
                "\(source) holds a line break or another control character.",
                mend: "Keep one line of text in it."
            )
        }
        return secret
    }
}

extension SettingsReader {
    /// Replaces the references in every text below a value that may hold them, and refuses them elsewhere.
    mutating func resolveSecrets(in value: JSONValue) -> JSONValue {
        switch value.content {
        case .null, .bool, .number:
            return value
        case .string(let text):
            return resolveSecrets(in: text, of: value)
        case .array(let elements):
            let resolved = elements.enumerated().map { index, element in
                within(index: index) { $0.resolveSecrets(in: element) }
            }
            return JSONValue(position: value.position, content: .array(resolved))
        case .object(let members):
            let resolved = members.map { member in
                JSONMember(
                    key: member.key,
                    keyPosition: member.keyPosition,
                    value: within(member.key) { $0.resolveSecrets(in: member.value) }
                )
            }
            return JSONValue(position: value.position, content: .object(resolved))
        }
    }

    private mutating func resolveSecrets(in text: String, of value: JSONValue) -> JSONValue {
        guard path.takesSecrets else {
            // Taken as it is, it would pass for the secret that it names.
            if text.contains("${env:") || text.contains("${file:") {
                refuse(value, path.isShown ? .shownReference : .misplacedReference)
                return JSONValue(position: value.position, content: value.content, secrecy: .missing)
            }
            return value
        }
        guard text.contains("${") else {
            let secrets = CredentialText.secrets(in: text, at: path)
            guard !secrets.isEmpty else { return value }
            return JSONValue(position: value.position, content: value.content, secrecy: .secret(secrets))
        }
        let references = SecretReferences(file: file, environment: environment)
        references.files(in: text).forEach { note(ConfigurationFile($0)) }
        do throws(Fault) {
            let resolved = try references.resolve(text)
            return JSONValue(
                position: value.position,
                content: .string(resolved.text),
                secrecy: .secret(resolved.secrets)
            )
        } catch {
            refuse(value, error)
            return JSONValue(position: value.position, content: value.content, secrecy: .missing)
        }
    }
}

extension SettingPath {
    private static let takers = [
        ["routes"], ["clientKeys"], ["prefix", "request"], ["rules", "request"], ["admin", "token"],
    ]

    /// What logs, answers and errors repeat of a route.
    private static let shown = [
        ["routes", "name"], ["routes", "path"], ["routes", "hosts"], ["routes", "methods"],
    ]

    /// Whether a text at this path may refer to secrets.
    fileprivate var takesSecrets: Bool {
        !isShown && Self.takers.contains { keys.starts(with: $0) }
    }

    /// Whether a text at this path is told to everyone who asks.
    fileprivate var isShown: Bool {
        Self.shown.contains { keys.starts(with: $0) }
    }
}

extension Fault {
    fileprivate static let misplacedReference = Fault(
        "A reference to a secret is not read here.",
        mend: "It may stand below routes, clientKeys, prefix.request, rules[].request and in admin.token."
    )

    fileprivate static let shownReference = Fault(
        "A secret cannot stand here: logs, answers and errors show this text.",
        mend: "Write the text itself."
    )

    fileprivate static func notAReference(_ text: String) -> Fault {
        // Other text may be a key that happens to hold "${", so it is not shown.
        let isName = text.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }
        return Fault(
            "\"${\" starts a reference, and this is none.",
            mend: isName && !text.isEmpty
                ? "Did you mean \"${env:\(text)}\"?" : "Write \"${env:NAME}\" or \"${file:PATH}\"."
        )
    }
}

extension String {
    /// The text without the line break that editors put at the end of a file.
    fileprivate var withoutLastNewline: String {
        // "\r\n" is a single Character.
        last == "\n" || last == "\r\n" ? String(dropLast()) : self
    }
}
