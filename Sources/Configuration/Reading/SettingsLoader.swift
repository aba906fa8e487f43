extension Settings {
    /// The variables of the environment that stand in place of settings.
    public static let variables = [
        "HOST", "PORT", "CORSANYWHERE_WHITELIST", "CORSANYWHERE_BLACKLIST", "CORSANYWHERE_RATELIMIT",
    ]

    /// Loads the configuration: flags over environment over file over default.
    ///
    /// Of the environment it reads `Settings.variables`, of which an empty one counts as unset, and what
    /// `${env:…}` names. The proxy variables that libcurl reads are looked at only for the sake of a note.
    ///
    /// The path is nil where there is no file, which means the same as a file of `{}`. A fault in any layer
    /// throws a `ConfigurationError`, which tells everything that is wrong. Overrides are tried as if they stood
    /// in the file.
    public static func load(
        file path: String?,
        overrides: [SettingOverride] = [],
        flags: Flags,
        environment: [String: String],
        inherited: [InheritedListener] = [],
        validators: Validators
    ) throws(ConfigurationError) -> Settings {
        var file: LocalFile?
        let source = path.map { ConfigurationFile($0) }
        if let path {
            do throws(Fault) {
                file = try LocalFile(reading: path, maximumBytes: ConfigurationFile.maximumBytes)
            } catch {
                throw ConfigurationError(
                    [Problem(.error, at: .file(path, nil), path: "", error)],
                    files: source.map { [$0] } ?? []
                )
            }
        }
        if file == nil, !overrides.isEmpty { file = LocalFile(name: "", bytes: Array("{}".utf8)) }
        return try load(
            file,
            overrides: overrides,
            source: source,
            flags: flags,
            environment: environment,
            inherited: inherited,
            validators: validators
        )
    }

    /// Loads the configuration from a file that has been read.
    static func load(
        _ file: LocalFile?,
        overrides: [SettingOverride] = [],
        source: ConfigurationFile? = nil,
        flags: Flags,
        environment: [String: String],
        inherited: [InheritedListener] = [],
        validators: Validators
    ) throws(ConfigurationError) -> Settings {
        var loader = SettingsLoader(validators: validators, environment: environment)
        loader.files = source.map { [$0] } ?? []
        let isReadable = file.map { loader.read($0, overrides) } ?? true
        loader.lay(flags: flags, over: environment.filter { !$0.value.isEmpty })
        loader.lay(inherited)
        loader.settings.files = loader.files
        // Of a file that could not be read, nothing is known that could be checked.
        if isReadable { loader.check() }
        let problems = loader.problems.sorted { $0.isBefore($1) }
        if problems.contains(where: { $0.severity == .error }) {
            throw ConfigurationError(problems, files: loader.files)
        }
        loader.settings.warnings = problems
        return loader.settings
    }
}

/// Puts the layers of a configuration over each other, then checks the whole.
struct SettingsLoader {
    let validators: Validators
    let environment: [String: String]
    var settings = Settings()
    var problems: [Problem] = []
    var sources = ValueSources()
    var files: [ConfigurationFile] = []

    init(validators: Validators, environment: [String: String]) {
        self.validators = validators
        self.environment = environment
    }

    /// All checks, in their order; what one tells may hang on what those before it have refused.
    private static var checks: [any SettingsCheck.Type] {
        [
            ListenerCheck.self, PolicyCheck.self, OpenRelayCheck.self, RouteCheck.self, RateCheck.self,
            SecretCheck.self, CertificateVerificationCheck.self, ClientKeyCheck.self, DocumentCheck.self,
            PlainListenerCheck.self, UnreachableTargetCheck.self, AdminCheck.self, AllowedHostCheck.self,
            BlindGuardCheck.self, SentOriginCheck.self,
        ]
    }

    /// Settles the defaults that hang on other values, compiles the policies, and checks how all goes together.
    mutating func check() {
        settleDefaults()
        let policies = CompiledPolicies(settings, validators)
        settings.adopt(policies)
        for check in Self.checks {
            problems += check.findings(
                in: LoadedSettings(
                    settings: settings,
                    sources: sources,
                    environment: environment,
                    policies: policies,
                    problems: problems
                )
            )
        }
    }

    /// Reads a file over the defaults; false where it is no JSON.
    mutating func read(_ file: LocalFile, _ overrides: [SettingOverride] = []) -> Bool {
        var tree: JSONValue
        do throws(JSONSyntaxError) {
            tree = try JSONReader.read(file.bytes).overridden(by: overrides)
        } catch {
            problems.append(Problem(.error, at: .file(file.name, error.position), path: "", error.rule.fault))
            return false
        }
        var reader = SettingsReader(
            file,
            validators: validators,
            environment: environment,
            pathsOfKey: SchemaDocument.paths(ofKey:)
        )
        tree.duplicateKeys().forEach { reader.refuse($0) }
        settings.outline = SettingsOutline(tree)
        tree = reader.resolveSecrets(in: tree)
        sources.record(tree, in: file)
        Settings.section.read(tree, into: &settings, &reader)
        problems += reader.problems
        files += reader.files
        return true
    }
}

extension Problem {
    /// The order of a report: by place in the file, then flags and variables.
    fileprivate func isBefore(_ other: Problem) -> Bool {
        switch (source, other.source) {
        case (.file(_, let position?), .file(_, let otherPosition?)):
            (position.line, position.column) < (otherPosition.line, otherPosition.column)
        case (.file, .file): false
        case (.file, _): true
        default: false
        }
    }
}
