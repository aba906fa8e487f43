/// Paths, each with a number: those that a path is or lies below are found in one pass over it.
///
/// The bytes are hashed from the first on; at each slash, and at the end, the hash so far is that of a path, which is
/// looked up. The cost depends on the length of the path, not on the number of those that are known.
struct PathIndex: Sendable {
    private var paths: ByteIndex

    init(foldsCase: Bool = false) {
        paths = ByteIndex(foldsCase: foldsCase)
    }

    /// The number of a path, which is added where it is missing; numbers count from 0.
    ///
    /// - Parameter path: Whole segments, mostly without a slash at the end; empty for the root.
    mutating func insert(_ path: [UInt8]) -> Int {
        var hash = RollingHash()
        for byte in path { hash.combine(paths.folded(byte)) }
        return paths.insert(path, hash: hash)
    }

    /// How far a search has come.
    struct Search {
        fileprivate var hash = RollingHash()
        fileprivate var position = 0
        fileprivate var isOver = false
        /// How much of the path is what was found last.
        fileprivate(set) var end = 0
    }

    /// The number of the next known path that a path is or lies below; the shortest comes first, nil last.
    ///
    /// - Parameters:
    ///   - path: The same each time; a query behind it is not looked at.
    ///   - compared: Is raised by the entries that are looked at.
    func next(_ search: inout Search, in path: Span<UInt8>, _ compared: inout Int) -> Int? {
        while !search.isOver {
            let end = search.position
            let isAtEnd = end == path.count || path[end] == UInt8(ascii: "?")
            let isBoundary = isAtEnd || path[end] == UInt8(ascii: "/")
            let found = isBoundary ? paths.find(search.hash, path, 0..<end, &compared) : nil
            if isAtEnd || end >= paths.longest {
                search.isOver = true
            } else {
                search.hash.combine(paths.folded(path[end]))
                search.position = end &+ 1
            }
            if let found {
                search.end = end
                return found
            }
        }
        return nil
    }

    /// The longest known path that a path is or lies below, and how much of the path that is.
    func longest(in path: Span<UInt8>, _ compared: inout Int) -> (number: Int, end: Int)? {
        var search = Search()
        var longest: (number: Int, end: Int)?
        while let number = next(&search, in: path, &compared) { longest = (number, search.end) }
        return longest
    }
}
