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
        limiter.change(
            maximum: Self.maximumConnections(settings.limits, next.output.logger),
            maximumPerAddress: settings.limits.connectionsPerAddress
        )
        // Before a new listener is accepted on: it may be open to others than the old ones were.
        for shard in shards {
            await shard.adopt(next.snapshot, next.output)
        }
        let (kept, output, notes) = replace(by: next)
        // Now the acceptors alone hold the sockets that go, so that one that stops closes its own.
        for shard in shards {
            await shard.keepAccepting(on: kept)
        }
        try await accept(on: next.open.filter { each in !kept.contains { $0.isSame(as: each) } })
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
        let snapshot = try Snapshot(
            settings,
            listeners: open.map(\.listener),
            pseudonym: old.snapshot.pseudonym,
            environment: environment,
            suffixes: suffixes,
            after: old.snapshot
        )
        return Current(settings: settings, open: open, snapshot: snapshot, output: output)
    }

    /// Puts what was prepared in the place of what was.
    ///
    /// - Returns: The listeners that stay, where the log went until now, and what counts only after a restart.
    private func replace(by next: Current) -> (kept: [OpenListener], output: LogOutput, notes: [String]) {
        current.withLock { current in
            let old = current
            current = next
            let kept = next.open.filter { each in old.open.contains { $0.isSame(as: each) } }
            for each in kept { each.applyMode() }
            let isSame = next.settings.shards == old.settings.shards
            return (kept, old.output, isSame ? [] : ["shards counts after a restart only."])
        }
    }

    /// Keeps the listeners that stay, and opens the new ones.
    private func reopen(_ settings: Settings, _ old: [OpenListener]) throws(StartError) -> [OpenListener] {
        var rest = old
        return try settings.listening.map { settings, role throws(StartError) in
            if let index = rest.firstIndex(where: { $0.covers(settings, role) }) {
                return try OpenListener(settings, keeping: rest.remove(at: index))
            }
            do throws(StartError) {
                return try OpenListener(settings, role: role)
            } catch {
                guard case .addressInUse = error, settings.unix == nil,
                    old.contains(where: { $0.listener.addresses.contains { $0.port == settings.port } })
                else { throw error }
                throw .address(
                    settings.place,
                    reason: "this program listens on the port in another way, which only a restart changes"
                )
            }
        }
    }
}
