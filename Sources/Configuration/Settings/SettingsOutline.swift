/// What a configuration sets, key by key and without a secret: to be shown, and to be compared.
public struct SettingsOutline: Sendable, Equatable, CustomStringConvertible {
    /// One value that is set.
    struct Entry: Sendable, Equatable {
        let path: SettingPath
        /// In JSON; of a value that may be a secret, only what it refers to.
        let text: String
        /// Stands for the whole value within this process.
        let digest: Int
        let isHidden: Bool

        init(path: SettingPath, text: String, digest: Int, isHidden: Bool) {
            self.path = path
            self.text = text
            self.digest = digest
            self.isHidden = isHidden
        }

        /// A value of which no more is known than what is shown.
        init(path: SettingPath, shown text: String) {
            self.init(path: path, text: text, digest: text.hashValue, isHidden: false)
        }
    }

    /// In the order of the file.
    private(set) var entries: [Entry] = []

    /// An outline that sets nothing.
    init() {}

    /// The outline of a file's tree whose references to secrets have not been resolved.
    init(_ tree: JSONValue) {
        add(tree, at: SettingPath())
    }

    /// Reads a file; only its syntax is looked at.
    ///
    /// - Throws: `ConfigurationError` where it is no JSON, or cannot be read.
    public init(file path: String) throws(ConfigurationError) {
        let file: LocalFile
        do throws(Fault) {
            file = try LocalFile(reading: path, maximumBytes: ConfigurationFile.maximumBytes)
        } catch {
            throw ConfigurationError([Problem(.error, at: .file(path, nil), path: "", error)])
        }
        do throws(JSONSyntaxError) {
            self.init(try JSONReader.read(file.bytes))
        } catch {
            throw ConfigurationError(
                [Problem(.error, at: .file(path, error.position), path: "", error.rule.fault)]
            )
        }
    }

    /// Reads back a description; nil where it is none.
    public init?(described bytes: [UInt8]) {
        do throws(JSONSyntaxError) {
            guard case .object(let members) = try JSONReader.read(bytes).content else { return nil }
            entries = members.map { Entry(path: SettingPath(described: $0.key), shown: $0.value.compactText) }
        } catch {
            return nil
        }
    }

    /// The outline as its description shows it: what is hidden does not count.
    public var described: SettingsOutline {
        var outline = self
        outline.entries = entries.map { Entry(path: $0.path, shown: $0.text) }
        return outline
    }

    /// A JSON object with a line for each value: `"limits.connections": 500`.
    public var description: String {
        let lines = entries.map { "  \(JSONSchema.string($0.path.description).text()): \($0.text)" }
        return lines.isEmpty ? "{}\n" : "{\n\(lines.joined(separator: ",\n"))\n}\n"
    }

    private mutating func add(_ value: JSONValue, at path: SettingPath) {
        switch value.content {
        case .object(let members):
            // One listener is the same as a list of it.
            let path = path == SettingPath("listen") ? path.appending(index: 0) : path
            for member in members where path != SettingPath() || member.key != "$schema" {
                add(member.value, at: path.appending(member.key))
            }
        case .array(let elements) where path.hidesText || elements.contains { !$0.isScalar }:
            for (index, element) in elements.enumerated() {
                add(element, at: path.appending(index: index))
            }
        default:
            let isHidden = path.hidesText && value.content != .null || value.namesUser
            let text = value.compactText
            entries.append(
                Entry(
                    path: path,
                    text: isHidden ? JSONSchema.string(value.references ?? Self.hidden).text() : text,
                    digest: text.hashValue,
                    isHidden: isHidden && value.references == nil
                )
            )
        }
    }

    private static let hidden = "<hidden>"
}

extension SettingPath {
    /// Whether a text here may be a secret though it stands in the file.
    fileprivate var hidesText: Bool {
        keys.contains { ["setHeaders", "setQuery", "clientKeys", "token"].contains($0) }
    }
}

extension JSONValue {
    fileprivate var isScalar: Bool {
        switch content {
        case .null, .bool, .number, .string: true
        case .array, .object: false
        }
    }

    /// The value in JSON, on one line; `["*"]` is the same as `"*"`.
    fileprivate var compactText: String {
        switch content {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let number): number.text
        case .string(let text): JSONSchema.string(text).text()
        case .array(let elements):
            elements.count == 1 && elements[0].content == .string("*")
                ? elements[0].compactText : "[\(elements.map(\.compactText).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.map { "\(JSONSchema.string($0.key).text()): \($0.value.compactText)" }.joined(separator: ", "))}"
        }
    }

    /// Whether it is a URL with a user name, and so perhaps with a password.
    fileprivate var namesUser: Bool {
        guard case .string(let text) = content, let scheme = text.firstRange(of: "://") else { return false }
        return text[scheme.upperBound...].prefix { $0 != "/" }.contains("@")
    }

    /// The references to secrets in a text, without what stands around them; nil where there is none.
    fileprivate var references: String? {
        guard case .string(let text) = content else { return nil }
        let found = text.ranges(of: "${").compactMap { start in
            text[start.lowerBound...].firstIndex(of: "}").map { String(text[start.lowerBound...$0]) }
        }
        return found.isEmpty ? nil : found.joined(separator: " ")
    }
}
