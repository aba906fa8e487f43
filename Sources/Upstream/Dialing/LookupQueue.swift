import Sockets

/// Lets look-ups begin as their bounds allow, and keeps what waits for one: by client, and by name within that.
///
/// Clients take turns, and so do the names of each: who asks for thousands waits for thousands, and nobody else does.
final class LookupQueue<Waiter: AnyObject> {
    /// Where something waits, until it starts or is removed.
    final class Place {
        fileprivate let waiter: Waiter
        fileprivate let name: String
        fileprivate let client: ClientNetwork
        fileprivate var number: Int32 = 0
        fileprivate unowned let line: NameLine

        fileprivate init(_ waiter: Waiter, _ name: String, _ client: ClientNetwork, in line: NameLine) {
            self.waiter = waiter
            self.name = name
            self.client = client
            self.line = line
        }
    }

    fileprivate final class NameLine {
        let name: String
        var waiters = LinkedSlots<Place>()
        var number: Int32 = 0

        init(_ name: String) {
            self.name = name
        }
    }

    private final class ClientLine {
        let client: ClientNetwork
        var names = LinkedSlots<NameLine>()
        var byName: [String: NameLine] = [:]
        var number: Int32 = 0

        init(_ client: ClientNetwork) {
            self.client = client
        }
    }

    /// So many names and clients are looked at in one search.
    private static var maximumSteps: Int { 256 }

    private var limit: LookupLimit
    private var clients = LinkedSlots<ClientLine>()
    private var byClient: [ClientNetwork: ClientLine] = [:]
    /// What waits for the own places of names of the configuration: the next one starts when one of them ends.
    private var configured: [String: NameLine] = [:]
    private var endedNames: Set<String> = []
    /// Whether something may start that could not before.
    private var isFreed = false
    private(set) var count = 0

    init(_ limit: LookupLimit = LookupLimit()) {
        self.limit = limit
    }

    /// Names that have places of their own.
    var configuredNames: Set<String> {
        get { limit.configuredNames }
        set {
            limit.configuredNames = newValue
            // What waited as one may wait for nothing now.
            endedNames.formUnion(configured.keys)
            isFreed = true
        }
    }

    /// How many look-ups of names that clients choose may run.
    var maximum: Int {
        get { limit.maximum }
        set {
            limit.maximum = newValue
            isFreed = true
        }
    }

    /// When a look-up that was given up counts no more, while something waits for that.
    var nextEnd: MonotonicTime? { count > 0 ? limit.nextEnd : nil }

    /// Begins a look-up; nil where it has to wait.
    func begin(_ name: String, for client: ClientNetwork, at now: MonotonicTime) -> LookupLimit.Lease? {
        expire(at: now)
        return limit.begin(name, for: client)
    }

    func end(_ lease: LookupLimit.Lease) {
        limit.end(lease)
        free(lease)
    }

    func abandon(_ lease: LookupLimit.Lease, at now: MonotonicTime) {
        limit.abandon(lease, at: now)
    }

    private func free(_ lease: LookupLimit.Lease) {
        isFreed = true
        if configured[lease.name] != nil { endedNames.insert(lease.name) }
    }

    private func expire(at now: MonotonicTime) {
        for lease in limit.expire(at: now) { free(lease) }
    }

    // MARK: Waiting

    func wait(_ waiter: Waiter, for name: String, _ client: ClientNetwork) -> Place {
        count += 1
        let line = limit.isConfigured(name) ? configuredLine(name) : self.line(name, client)
        let place = Place(waiter, name, client, in: line)
        place.number = line.waiters.append(place)
        return place
    }

    func remove(_ place: Place) {
        count -= 1
        let line = place.line
        line.waiters.remove(at: place.number)
        guard line.waiters.isEmpty else { return }
        if configured[line.name] === line {
            configured[line.name] = nil
        } else if let clientLine = byClient[place.client] {
            clientLine.byName[line.name] = nil
            clientLine.names.remove(at: line.number)
            guard clientLine.names.isEmpty else { return }
            byClient[place.client] = nil
            clients.remove(at: clientLine.number)
        }
    }

    private func configuredLine(_ name: String) -> NameLine {
        if let known = configured[name] { return known }
        let line = NameLine(name)
        configured[name] = line
        return line
    }

    private func line(_ name: String, _ client: ClientNetwork) -> NameLine {
        let clientLine = byClient[client] ?? ClientLine(client)
        if byClient[client] == nil {
            byClient[client] = clientLine
            clientLine.number = clients.append(clientLine)
        }
        if let known = clientLine.byName[name] { return known }
        let line = NameLine(name)
        clientLine.byName[name] = line
        line.number = clientLine.names.append(line)
        return line
    }

    // MARK: Starting

    /// Begins the look-up of what has waited for it and may start now; nil where nothing may.
    func next(at now: MonotonicTime) -> (waiter: Waiter, lease: LookupLimit.Lease)? {
        expire(at: now)
        guard count > 0, isFreed else { return nil }
        if let next = nextConfigured() ?? nextOfClients() { return next }
        isFreed = false
        return nil
    }

    private func nextConfigured() -> (waiter: Waiter, lease: LookupLimit.Lease)? {
        while let name = endedNames.first {
            if let place = configured[name]?.waiters.first,
                let lease = limit.begin(name, for: place.client)
            {
                remove(place)
                return (place.waiter, lease)
            }
            endedNames.remove(name)
        }
        return nil
    }

    private func nextOfClients() -> (waiter: Waiter, lease: LookupLimit.Lease)? {
        var steps = 0
        for _ in 0..<clients.count {
            guard steps < Self.maximumSteps, let clientLine = clients.first else { return nil }
            clients.remove(at: clientLine.number)
            clientLine.number = clients.append(clientLine)
            steps += 1
            guard limit.hasShare(clientLine.client) else { continue }
            for _ in 0..<clientLine.names.count {
                guard steps < Self.maximumSteps, let line = clientLine.names.first else { break }
                clientLine.names.remove(at: line.number)
                line.number = clientLine.names.append(line)
                steps += 1
                guard let place = line.waiters.first,
                    let lease = limit.begin(line.name, for: clientLine.client)
                else { continue }
                remove(place)
                return (place.waiter, lease)
            }
        }
        return nil
    }
}
