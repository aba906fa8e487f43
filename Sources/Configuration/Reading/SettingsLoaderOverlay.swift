import Text

/// The layers above the file: the environment, then the flags.
extension SettingsLoader {
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
        if let rate = environment["CORSANYWHERE_RATELIMIT"] { layRate(rate) }
        if let target = flags.to { layRoute(to: target) }
    }

    /// Puts the sockets that the program was started with in the place of the configured ones, in order.
    ///
    /// More sockets than there are listeners take the settings of the first; listeners without one are opened
    /// as usual.
    mutating func lay(_ inherited: [InheritedListener]) {
        for (index, socket) in inherited.enumerated() {
            if index == settings.listeners.count { settings.listeners.append(settings.listeners[0]) }
            switch socket.place {
            case .address(let host, let port):
                settings.listeners[index].host = host
                settings.listeners[index].port = port
                settings.listeners[index].unix = nil
            case .unix(let path):
                settings.listeners[index].unix = path
            }
            settings.listeners[index].inherited = socket.number
            let source = ValueSource.environment("LISTEN_FDS")
            let element = index == 0 ? SettingPath("listen") : SettingPath("listen[\(index)]")
            for key in ["host", "port"] { sources.record(source, at: element.appending(key)) }
        }
    }

    private mutating func layRate(_ text: String) {
        let source = ValueSource.environment("CORSANYWHERE_RATELIMIT")
        do throws(Fault) {
            settings.limits.rate = try RateSettings(corsAnywhere: text)
            record("limits.rate", from: source)
        } catch {
            refuse("limits.rate", from: source, error)
        }
    }

    /// Mounts a target at `/`, which leaves no room for the prefix form.
    private mutating func layRoute(to target: String) {
        let source = ValueSource.flag("--to")
        do throws(Fault) {
            var route = RouteSettings()
            route.path = "/"
            route.target = try TextFormat.routeTarget.parse(target, validators)
            // Whatever runs as an origin of this machine is let in by other programs of this machine.
            route.documents = LoopbackHost.matches(route.target.url.origin.bareHost) ? .own : .sandbox
            record("routes[\(settings.routes.count)]", from: source)
            settings.routes.append(route)
            settings.prefix.isEnabled = false
            record("prefix.enabled", from: source)
        } catch {
            refuse("", from: source, error)
        }
    }

    /// The first listener that has a host: it is the one that flags and variables speak of.
    private mutating func listenerForOverlay(_ key: String, from source: ValueSource) -> Int? {
        if let index = settings.listeners.firstIndex(where: { $0.unix == nil }) { return index }
        refuse(
            "listen.\(key)",
            from: source,
            Fault("Only unix sockets are listened on.", mend: "Leave it out, or add a listener with a port.")
        )
        return nil
    }

    private func listenPath(_ index: Int, _ key: String) -> String {
        index == 0 ? "listen.\(key)" : "listen[\(index)].\(key)"
    }

    private mutating func layHost(_ host: String, from source: ValueSource) {
        do throws(Fault) {
            let parsed = try TextFormat.listenHost.parse(host, validators)
            guard let index = listenerForOverlay("host", from: source) else { return }
            settings.listeners[index].host = parsed
            record(listenPath(index, "host"), from: source)
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
        guard let index = listenerForOverlay("port", from: source) else { return }
        settings.listeners[index].port = port
        record(listenPath(index, "port"), from: source)
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
    }

    private mutating func refuse(_ path: String, from source: ValueSource, _ fault: Fault) {
        problems.append(Problem(.error, at: source, path: path, fault))
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
