/// Host patterns, each with a number: those that cover a host are found in one pass over it.
///
/// The bytes are hashed from the last on; at each dot the hash so far is that of a domain, which is looked up. The cost
/// depends on the length of the host, not on the number of patterns.
struct HostPatternIndex: Sendable {
    private struct Domain: Sendable {
        /// The number of the pattern for the host of this name; negative where there is none.
        var itself = -1
        /// The number of the pattern for what lies below it.
        var subdomains = -1
    }

    private var names = ByteIndex(foldsCase: true)
    private var domains: [Domain] = []
    /// The number of `*`.
    private var all = -1
    /// How many numbers are given.
    private(set) var count = 0

    /// The number of a pattern, which is added where it is missing; numbers count from 0.
    mutating func insert(_ pattern: HostPattern) -> Int {
        switch pattern.form {
        case .any:
            if all < 0 { all = nextNumber() }
            return all
        case .exact(let name):
            let domain = insert(name)
            if domains[domain].itself < 0 { domains[domain].itself = nextNumber() }
            return domains[domain].itself
        case .subdomains(let suffix):
            let domain = insert(Array(suffix.dropFirst()))
            if domains[domain].subdomains < 0 { domains[domain].subdomains = nextNumber() }
            return domains[domain].subdomains
        }
    }

    private mutating func insert(_ name: [UInt8]) -> Int {
        var hash = RollingHash()
        for byte in name.reversed() { hash.combine(names.folded(byte)) }
        let domain = names.insert(name, hash: hash)
        if domain == domains.count { domains.append(Domain()) }
        return domain
    }

    private mutating func nextNumber() -> Int {
        count += 1
        return count - 1
    }

    /// How far a search has come.
    struct Search {
        fileprivate var hash = RollingHash()
        /// Where the labels begin that have been looked at; nil before the start.
        fileprivate var start: Int?
        fileprivate var isOver = false
    }

    /// The number of the next pattern that covers a host; nil after the last one.
    ///
    /// - Parameters:
    ///   - host: The same each time: without a port, in brackets where it is an IPv6 address, in any case.
    ///   - compared: Is raised by the entries that are looked at.
    func next(_ search: inout Search, in host: Span<UInt8>, _ compared: inout Int) -> Int? {
        if search.start == nil {
            search.start = host.count
            if domains.isEmpty || host.isEmpty { search.isOver = true }
            if all >= 0 { return all }
        }
        guard !search.isOver, var start = search.start else { return nil }
        let hasLabels = host[0] != UInt8(ascii: ".")
        while start > 0, host.count &- start <= names.longest {
            start &-= 1
            let end = start &+ 1
            let mayEndHere = hasLabels && host[start] == UInt8(ascii: ".")
            let found = mayEndHere ? names.find(search.hash, host, end..<host.count, &compared) : nil
            search.hash.combine(names.folded(host[start]))
            search.start = start
            if let found, domains[found].subdomains >= 0 { return domains[found].subdomains }
        }
        search.isOver = true
        guard start == 0, let found = names.find(search.hash, host, 0..<host.count, &compared),
            domains[found].itself >= 0
        else { return nil }
        return domains[found].itself
    }

    /// Whether any pattern covers a host.
    func covers(_ host: Span<UInt8>) -> Bool {
        var search = Search()
        var compared = 0
        return next(&search, in: host, &compared) != nil
    }
}
