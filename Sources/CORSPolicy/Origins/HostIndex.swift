/// The http and https patterns that hold a wildcard, found by the labels of an origin's host from the right.
///
/// One pass over the host hashes it from its last byte to its first; at each dot the hash so far is that of a
/// domain, which is looked up. The cost depends on the length of the host, not on the number of patterns.
struct HostIndex: Sendable {
    private struct Entry: Sendable {
        let hash: UInt64
        let domain: [UInt8]
        /// Whether the domain itself is matched, at any port.
        var matchesDomain = false
        /// Whether the domain itself is matched by its own name only.
        var isForeign = false
        var subdomainPorts = PortSet()
    }

    private var entries: [Entry] = []
    /// Indices of `entries` at the slot of their hash or the next free one; a power of two, at most half full.
    private var slots: [Int] = []

    var isEmpty: Bool { entries.isEmpty }

    /// Makes an index of those patterns that are of http or https and not exact.
    ///
    /// - Parameter foreignHosts: Hosts that no pattern for subdomains matches.
    init(_ patterns: [OriginPattern], foreignHosts: [String] = []) {
        let wildcards = patterns.filter { !$0.isExact }
        let excepted = wildcards.isEmpty ? [] : foreignHosts
        var slotCount = 2
        while slotCount < (wildcards.count &+ excepted.count &* 2) &* 2 { slotCount &*= 2 }
        slots = Array(repeating: -1, count: slotCount)
        for pattern in wildcards {
            guard let scheme = WebOrigin.Scheme(pattern.scheme) else { continue }
            switch pattern.host {
            case .exact(let name):
                entries[position(ofDomain: name, scheme: scheme)].matchesDomain = true
            case .subdomains(let parent):
                entries[position(ofDomain: parent, scheme: scheme)].subdomainPorts.insert(pattern.port)
            case .any:
                continue
            }
        }
        for host in excepted {
            for scheme in [WebOrigin.Scheme.http, .https] {
                entries[position(ofDomain: host, scheme: scheme)].isForeign = true
            }
        }
    }

    /// Whether a pattern matches the origin that these bytes spell.
    func contains(_ origin: WebOrigin, in bytes: Span<UInt8>) -> Bool {
        var hash = DomainHash(origin.scheme)
        var start = origin.host.upperBound
        var isBelow = false
        while start > origin.host.lowerBound {
            start &-= 1
            if !isBelow, bytes[start] == UInt8(ascii: "."),
                let found = find(hash.value, bytes, (start &+ 1)..<origin.host.upperBound),
                entries[found].subdomainPorts.contains(origin.port)
            {
                isBelow = true
            }
            hash.combine(bytes[start])
        }
        guard let found = find(hash.value, bytes, origin.host) else { return isBelow }
        return entries[found].matchesDomain || isBelow && !entries[found].isForeign
    }

    private func find(_ hash: UInt64, _ bytes: Span<UInt8>, _ domain: Range<Int>) -> Int? {
        var slot = DomainHash.slot(of: hash, among: slots.count)
        while slots[slot] >= 0 {
            let candidate = slots[slot]
            if entries[candidate].hash == hash, Self.isEqual(entries[candidate].domain, bytes, domain) {
                return candidate
            }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        return nil
    }

    private static func isEqual(_ name: [UInt8], _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard name.count == range.count else { return false }
        for index in name.indices where name[index] != bytes[range.lowerBound &+ index] { return false }
        return true
    }

    /// The position of a domain's entry, which is made where it is missing.
    private mutating func position(ofDomain name: String, scheme: WebOrigin.Scheme) -> Int {
        let domain = Array(name.utf8)
        var hash = DomainHash(scheme)
        for byte in domain.reversed() { hash.combine(byte) }
        var slot = DomainHash.slot(of: hash.value, among: slots.count)
        while slots[slot] >= 0 {
            let entry = entries[slots[slot]]
            if entry.hash == hash.value, entry.domain == domain { return slots[slot] }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        slots[slot] = entries.count
        entries.append(Entry(hash: hash.value, domain: domain))
        return entries.count &- 1
    }
}

/// FNV-1a over a scheme and the bytes of a domain from the last to the first.
///
/// A client can make its hosts collide, but not add entries: a lookup walks no further than the configured
/// domains let it.
private struct DomainHash {
    private(set) var value: UInt64

    init(_ scheme: WebOrigin.Scheme) {
        value = 0xcbf2_9ce4_8422_2325
        combine(scheme.rawValue)
    }

    mutating func combine(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    static func slot(of hash: UInt64, among count: Int) -> Int {
        Int(truncatingIfNeeded: hash ^ hash >> 32) & (count &- 1)
    }
}

/// The ports that the subdomains of one domain may have.
private struct PortSet: Sendable {
    private var takesAny = false
    private var takesNone = false
    private var numbers: Set<UInt16> = []

    mutating func insert(_ port: OriginPattern.Port) {
        switch port {
        case .any: takesAny = true
        case .implicit: takesNone = true
        case .number(let number): numbers.insert(number)
        }
    }

    func contains(_ port: UInt16?) -> Bool {
        guard !takesAny else { return true }
        guard let port else { return takesNone }
        return numbers.contains(port)
    }
}
