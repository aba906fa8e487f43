import Configuration
import Sockets

extension Server {
    /// Puts other settings in force and drops nothing: requests under way end by the old ones, and the next
    /// request of a kept-alive connection is served by the new ones.
    ///
    /// Not to be called again before it has returned.
    ///
    /// - Returns: What was set and counts only after a restart, in sentences.
    /// - Throws: `StartError` where something cannot be opened; then all of the old stays in force.
    public func reload(_ settings: Settings) async throws(StartError) -> [String] {
        let next = try prepare(settings)
        let before = whereabouts
        let budget = Self.budget(settings.limits, shards: shards.count, next.output.logger)
        limiter.change(
            maximum: budget.clients,
            maximumPerAddress: settings.limits.connectionsPerAddress
        )
        tunnels.change(maximum: next.configuration.maximumWebSockets)
        allowance.change(maximum: budget.upstreams)
        // Before a new listener is accepted on: it may be open to others than the old ones were.
        for shard in shards {
            await shard.adopt(next.configuration, next.output)
        }
        let (known, output, notes) = replace(by: next)
        // Now the acceptors alone hold the sockets that go, so that one that stops closes its own.
        for shard in shards {
            await shard.keepAccepting(on: next.open)
        }
        try await accept(on: next.open, except: known)
        for line in whereabouts where !before.contains(line) { next.output.logger.notice("\(line)") }
        output.flush()
        status.noteReload(settings.outline.description, next.output.sinks)
        return notes
    }

    /// Counts a configuration that was refused before it came here.
    public func noteRefusedReload() {
        status.noteFailedReload()
    }

    /// Opens and compiles all that settings ask for; changes nothing.
    private func prepare(_ settings: Settings) throws(StartError) -> Current {
        let old = current.withLock { $0 }
        let output = try LogOutput(settings.log)
        let open = try reopen(settings, old.open)
        let configuration = try CompiledConfiguration(
            settings,
            listeners: open.map(\.listener),
            pseudonym: old.configuration.pseudonym,
            environment: environment,
            suffixes: suffixes,
            after: old.configuration
        )
        configuration.readAuthorities(for: settings)
        return Current(settings: settings, open: open, configuration: configuration, output: output)
    }

    /// Puts what was prepared in the place of what was.
    ///
    /// - Returns: The sockets that were accepted on, where the log went until now, and what counts only after a
    ///   restart.
    private func replace(
        by next: Current
    ) -> (known: Set<ObjectIdentifier>, output: LogOutput, notes: [String]) {
        current.withLock { current in
            let old = current
            current = next
            retired.keep(old.configuration)
            for each in next.open { each.applyMode() }
            let known = Set(old.open.flatMap(\.sockets).map { ObjectIdentifier($0) })
            let isSame = next.settings.shards == old.settings.shards
            return (known, old.output, isSame ? [] : ["shards counts after a restart only."])
        }
    }

    /// Keeps the listeners that stay, and opens the new ones.
    private func reopen(_ settings: Settings, _ old: [OpenListener]) throws(StartError) -> [OpenListener] {
        var leaving = old
        let kept = try settings.listening.map { settings, role throws(StartError) -> OpenListener? in
            guard let index = leaving.firstIndex(where: { $0.covers(settings, role) }) else { return nil }
            return try OpenListener(settings, keeping: leaving.remove(at: index))
        }
        return try zip(settings.listening, kept).map { listening, kept throws(StartError) in
            if let kept { return kept }
            return try OpenListener(
                listening.settings,
                role: listening.role,
                leaving: leaving,
                among: settings.listening.map(\.settings)
            )
        }
    }
}
