import HTTPSyntax

/// Target patterns, found by the host, scheme, port and path of a URL: what a search costs does not depend on their
/// number.
///
/// Only patterns that have all of that in common, the path up to its first star, are compared one after the other.
struct TargetPatternIndex: Sendable {
    private let patterns: [TargetPattern]
    private let use: PatternUse
    private var hosts = HostPatternIndex()
    /// By the number of the host.
    private var groups: [PatternGroups] = []

    /// Sorts patterns in.
    init(_ patterns: [TargetPattern], for use: PatternUse) {
        self.patterns = patterns
        self.use = use
        for (position, pattern) in patterns.enumerated() {
            let host = hosts.insert(pattern.host)
            if host == groups.count { groups.append(PatternGroups()) }
            groups[host].insert(position, pattern, for: use)
        }
    }

    /// The positions of patterns that mean a URL, in no particular order.
    ///
    /// - Parameters:
    ///   - maximum: With so many the search ends.
    ///   - compared: Is raised by the entries and patterns that are looked at.
    func positions(meaning url: TargetURL, atMost maximum: Int = .max, _ compared: inout Int) -> [Int] {
        let reading = TargetReading(url, for: use)
        var found: [Int] = []
        var search = HostPatternIndex.Search()
        while let number = hosts.next(&search, in: reading.host.utf8.span, &compared) {
            for group in groups[number].numbers(for: reading) {
                append(groups[number].groups[group], reading, maximum, to: &found, &compared)
                if found.count >= maximum { return found }
            }
        }
        return found
    }

    private func append(
        _ group: PatternGroup,
        _ url: TargetReading,
        _ maximum: Int,
        to found: inout [Int],
        _ compared: inout Int
    ) {
        if use == .deny, url.isAmbiguous {
            // Whatever its path, a pattern of the group may mean this one.
            return append(group.positions[0], url, maximum, to: &found, &compared)
        }
        append(group, url.path.utf8.span, url, maximum, to: &found, &compared)
        if use == .deny { append(group, url.canonicalPath.span, url, maximum, to: &found, &compared) }
    }

    private func append(
        _ group: PatternGroup,
        _ path: Span<UInt8>,
        _ url: TargetReading,
        _ maximum: Int,
        to found: inout [Int],
        _ compared: inout Int
    ) {
        var search = PathIndex.Search()
        while let number = group.paths.next(&search, in: path, &compared) {
            append(group.positions[number], url, maximum, to: &found, &compared)
        }
    }

    private func append(
        _ candidates: [Int],
        _ url: TargetReading,
        _ maximum: Int,
        to found: inout [Int],
        _ compared: inout Int
    ) {
        for position in candidates where found.count < maximum {
            compared &+= 1
            if patterns[position].matches(url) { found.append(position) }
        }
    }
}

/// The patterns of one host.
private struct PatternGroups: Sendable {
    /// The numbers of the groups for ports; negative where there is none.
    private struct Ports: Sendable {
        var any = -1
        var byDefault = -1
        var numbers: [UInt16: Int] = [:]
    }

    /// By scheme and port.
    private(set) var groups: [PatternGroup] = []
    private var ports: [TargetScheme?: Ports] = [:]

    mutating func insert(_ position: Int, _ pattern: TargetPattern, for use: PatternUse) {
        var ports = ports[pattern.scheme, default: Ports()]
        let known =
            switch pattern.port {
            case .any: ports.any
            case .schemeDefault: ports.byDefault
            case .number(let number): ports.numbers[number] ?? -1
            }
        let group = known < 0 ? groups.count : known
        if known < 0 { groups.append(PatternGroup(for: use)) }
        switch pattern.port {
        case .any: ports.any = group
        case .schemeDefault: ports.byDefault = group
        case .number(let number): ports.numbers[number] = group
        }
        self.ports[pattern.scheme] = ports
        groups[group].insert(position, prefix: pattern.path?.literalPrefix ?? [])
        if use == .deny { groups[group].insert(position, prefix: pattern.path?.canonicalPrefix ?? []) }
    }

    /// The groups for an origin.
    func numbers(for url: TargetReading) -> [Int] {
        let origin = url.origin
        var numbers: [Int] = []
        for scheme in [nil, origin.scheme] {
            guard let ports = ports[scheme] else { continue }
            let takesDefault = url.use == .deny || origin.port == origin.scheme.defaultPort
            if ports.any >= 0 { numbers.append(ports.any) }
            if takesDefault, ports.byDefault >= 0 { numbers.append(ports.byDefault) }
            if let number = ports.numbers[origin.port] { numbers.append(number) }
        }
        return numbers
    }
}

/// The patterns of one host, scheme and port, sorted by the literal start of their paths.
private struct PatternGroup: Sendable {
    private(set) var paths: PathIndex
    /// Positions by the number of the path.
    private(set) var positions: [[Int]] = []

    init(for use: PatternUse) {
        paths = PathIndex(foldsCase: use == .deny)
    }

    mutating func insert(_ position: Int, prefix: [UInt8]) {
        let number = paths.insert(prefix)
        if number == positions.count { positions.append([]) }
        if positions[number].last != position { positions[number].append(position) }
    }
}
