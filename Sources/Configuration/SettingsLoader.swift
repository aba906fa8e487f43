extension Settings {
    /// Loads the configuration: flags over environment over file over default.
    ///
    /// Of the environment it reads HOST, PORT, CORSANYWHERE_WHITELIST, CORSANYWHERE_BLACKLIST and
    /// CORSANYWHERE_RATELIMIT; an empty variable counts as unset. The proxy variables that libcurl reads are
    /// looked at only for the sake of a note.
    ///
    /// The path is nil where there is no file, which means the same as a file of `{}`. A fault in any layer
    /// throws a `ConfigurationError`, which tells everything that is wrong.
    public static func load(
        file path: String?,
        flags: Flags,
        environment: [String: String],
        validators: Validators
    ) throws(ConfigurationError) -> Settings {
        var file: LocalFile?
        if let path {
            do throws(Fault) {
                file = try LocalFile(reading: path, maximumBytes: 4 << 20)
            } catch {
                throw ConfigurationError([Problem(.error, at: .file(path, nil), path: "", error)])
            }
        }
        return try load(file, flags: flags, environment: environment, validators: validators)
    }

    /// Loads the configuration from a file that has been read.
    static func load(
        _ file: LocalFile?,
        flags: Flags,
        environment: [String: String],
        validators: Validators
    ) throws(ConfigurationError) -> Settings {
        var loader = SettingsLoader(validators: validators)
        let isReadable = file.map { loader.read($0) } ?? true
        loader.lay(flags: flags, over: environment.filter { !$0.value.isEmpty })
        // Of a file that could not be read, nothing is known that could be checked.
        if isReadable { loader.check(environment) }
        let problems = loader.problems.sorted { $0.isBefore($1) }
        if problems.contains(where: { $0.severity == .error }) { throw ConfigurationError(problems) }
        loader.settings.warnings = problems
        return loader.settings
    }
}

/// Puts the layers of a configuration over each other, then checks the whole.
struct SettingsLoader {
    let validators: Validators
    var settings = Settings()
    var problems: [Problem] = []
    var sources = ValueSources()

    init(validators: Validators) {
        self.validators = validators
    }

    /// Reads a file over the defaults; false where it is no JSON.
    mutating func read(_ file: LocalFile) -> Bool {
        let tree: JSONValue
        do throws(JSONSyntaxError) {
            tree = try JSONReader.read(file.bytes)
        } catch {
            problems.append(Problem(.error, at: .file(file.name, error.position), path: "", error.rule.fault))
            return false
        }
        sources.record(tree, in: file)
        var reader = SettingsReader(file, validators: validators)
        tree.duplicateKeys().forEach { reader.refuse($0) }
        Settings.section.read(tree, into: &settings, &reader)
        problems += reader.problems
        if case .object(let members) = tree.content, members.allSatisfy({ $0.key == "$schema" }) {
            return true
        }
        settings.isUntouchedDefault = false
        return true
    }

    /// Lays the environment over the file, and the flags over both.
    mutating func lay(flags: Flags, over environment: [String: String]) {
        if let host = flags.host {
            layHost(host, from: .flag("--host"))
        } else if let host = environment["HOST"] {
            layHost(host, from: .environment("HOST"))
        }
        if let port = flags.port {
            layPort(String(port), from: .flag("--port"))
        } else if let port = environment["PORT"] {
            layPort(port, from: .environment("PORT"))
        }
        layOrigins(flags: flags, over: environment)
        if !flags.allowTargets.isEmpty {
            lay(
                flags.allowTargets,
                as: .targetPattern,
                on: \.prefix.targets.allow,
                "prefix.targets.allow",
                from: .flag("--allow-target")
            )
        }
        if environment["CORSANYWHERE_RATELIMIT"] != nil {
            refuse(
                "limits.rate",
                from: .environment("CORSANYWHERE_RATELIMIT"),
                .notYetSupported("A rate limit", mend: "Unset the variable.")
            )
        }
    }

    private mutating func layHost(_ host: String, from source: ValueSource) {
        do throws(Fault) {
            settings.listen.host = try TextFormat.listenHost.parse(host, validators)
            record("listen.host", from: source)
        } catch {
            refuse("listen.host", from: source, error)
        }
    }

    private mutating func layPort(_ text: String, from source: ValueSource) {
        // UInt16 alone would take a plus sign.
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(text) else {
            return refuse(
                "listen.port",
                from: source,
                Fault("\(text.quoted) is not a port.", mend: "Write a whole number from 0 to 65535.")
            )
        }
        settings.listen.port = port
        record("listen.port", from: source)
    }

    private mutating func layOrigins(flags: Flags, over environment: [String: String]) {
        let allowed = environment["CORSANYWHERE_WHITELIST"]?.commaSeparated ?? []
        let denied = environment["CORSANYWHERE_BLACKLIST"]?.commaSeparated ?? []
        let origins = TextFormat.any("an origin")
        if !allowed.isEmpty {
            let source = ValueSource.environment("CORSANYWHERE_WHITELIST")
            lay(allowed, as: origins, on: \.cors.allowedOrigins, "cors.allowedOrigins", from: source)
            // There, a request without Origin is not on the list.
            settings.cors.requireOrigin = true
            record("cors.requireOrigin", from: source)
        }
        if !denied.isEmpty {
            let source = ValueSource.environment("CORSANYWHERE_BLACKLIST")
            lay(denied, as: origins, on: \.cors.deniedOrigins, "cors.deniedOrigins", from: source)
        }
        if !flags.allowOrigins.isEmpty {
            lay(
                flags.allowOrigins,
                as: origins,
                on: \.cors.allowedOrigins,
                "cors.allowedOrigins",
                from: .flag("--allow-origin")
            )
        }
    }

    private mutating func lay<Element>(
        _ texts: [String],
        as format: TextFormat<Element>,
        on property: WritableKeyPath<Settings, [Element]>,
        _ path: String,
        from source: ValueSource
    ) {
        var list: [Element] = []
        for (index, text) in texts.enumerated() {
            do throws(Fault) {
                list.append(try format.parse(text, validators))
            } catch {
                refuse("\(path)[\(index)]", from: source, error)
            }
        }
        settings[keyPath: property] = list
        record(path, from: source)
    }

    private mutating func record(_ path: String, from source: ValueSource) {
        sources.record(source, at: SettingPath(path))
        settings.isUntouchedDefault = false
    }

    private mutating func refuse(_ path: String, from source: ValueSource, _ fault: Fault) {
        problems.append(Problem(.error, at: source, path: path, fault))
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

extension String {
    /// The parts of a list as cors-anywhere has them in its variables; blanks around them do not count.
    fileprivate var commaSeparated: [String] {
        split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        .filter { !$0.isEmpty }
    }
}
