/// One certificate of a listener with its private key.
public struct TLSSettings: Sendable, Equatable {
    /// The certificate, then those of its issuers.
    public var certificate = PEMFile()
    /// The private key, not encrypted.
    public var privateKey = PEMFile()

    static let section = Section<TLSSettings>([
        Key(
            "certificate",
            \.certificate,
            .pem,
            "The certificate and its issuers', in PEM; a path is relative to this file.",
            isRequired: true
        ),
        Key(
            "privateKey",
            \.privateKey,
            .pem,
            "The certificate's key, in PEM and not encrypted; a path is relative to this file.",
            isRequired: true
        ),
    ])
}

/// A file in PEM, as it was when the configuration was loaded.
public struct PEMFile: Sendable, Equatable, CustomStringConvertible {
    /// Its path, absolute, or relative to the current folder; empty where it was refused.
    public internal(set) var path = ""
    /// What it held; never shown.
    public internal(set) var bytes: [UInt8] = []

    /// The path: the file may hold a key.
    public var description: String { path }
}

extension ValueFormat where Value == PEMFile {
    fileprivate static var pem: Self {
        Self(
            schema: { _ in ["type": "string", "minLength": 1] },
            read: { value, result, reader in
                guard case .string(let name) = value.content, !name.isEmpty, !name.utf8.contains(0) else {
                    return reader.refuseType(of: value, due: "a path")
                }
                let path = reader.file.path(of: name)
                reader.note(ConfigurationFile(path, .certificate))
                do throws(Fault) {
                    result = PEMFile(
                        path: path,
                        bytes: try LocalFile(reading: path, maximumBytes: 1 << 20).bytes
                    )
                } catch {
                    reader.refuse(value, error)
                }
            }
        )
    }
}

extension ValueFormat where Value == [TLSSettings] {
    /// One certificate or a list of them, null for none; the first serves clients that name no known host.
    static var certificates: Self {
        Self(
            schema: { _ in
                let object = TLSSettings.section.schema(TLSSettings())
                return [
                    "anyOf": [object, ["type": "array", "minItems": 1, "items": object], ["type": "null"]],
                    "default": .null,
                ]
            },
            read: { value, result, reader in
                switch value.content {
                case .null: result = []
                case .array(let elements) where elements.isEmpty:
                    reader.refuse(
                        value,
                        Fault(
                            "The list is empty.",
                            mend: "Write { \"certificate\": …, \"privateKey\": … }, or null for plain HTTP."
                        )
                    )
                case .array(let elements):
                    result = elements.enumerated().map { index, element in
                        reader.within(index: index) { $0.readCertificate(element) }
                    }
                default: result = [reader.readCertificate(value)]
                }
            }
        )
    }
}

extension SettingsReader {
    fileprivate mutating func readCertificate(_ value: JSONValue) -> TLSSettings {
        var settings = TLSSettings()
        TLSSettings.section.read(value, into: &settings, &self)
        guard case .object(let members) = value.content, !settings.certificate.path.isEmpty,
            !settings.privateKey.path.isEmpty
        else { return settings }
        let findings = validators.tlsFindings(settings.certificate.bytes, settings.privateKey.bytes)
        for member in members {
            within(member.key) { reader in
                let isCertificate = member.key == "certificate"
                let fault = isCertificate ? findings.certificateFault : findings.keyFault
                if let fault { reader.refuse(member.value, fault) }
                if isCertificate { findings.warnings.forEach { reader.warn(member.value, $0) } }
            }
        }
        return settings
    }
}
