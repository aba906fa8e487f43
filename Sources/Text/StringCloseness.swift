extension String {
    /// The word among `words` that this one was likely meant to be.
    ///
    /// That is a word that differs in case, `_` and `-` only, or else the one that the fewest edits lead to:
    /// at most two, and fewer than half of its letters.
    public func closestWord(among words: some Sequence<String>) -> String? {
        let bare = lowercased().filter { $0 != "_" && $0 != "-" }
        var best: (word: String, distance: Int)?
        for word in words where word != self {
            if word.lowercased() == bare { return word }
            let distance = editDistance(from: Array(utf8), to: Array(word.utf8))
            guard distance <= 2, distance * 2 < word.utf8.count, distance < best?.distance ?? 3 else {
                continue
            }
            best = (word, distance)
        }
        return best?.word
    }
}

/// The number of bytes to insert, remove, change or swap with a neighbour; 3 stands for more than 2.
private func editDistance(from source: [UInt8], to target: [UInt8]) -> Int {
    guard abs(source.count - target.count) <= 2 else { return 3 }
    var beforePrevious: [Int] = []
    var previous = Array(0...target.count)
    for (row, byte) in source.enumerated() {
        var current = [row + 1]
        for (column, other) in target.enumerated() {
            var cost = min(previous[column + 1] + 1, current[column] + 1)
            cost = min(cost, previous[column] + (byte == other ? 0 : 1))
            if row > 0, column > 0, byte == target[column - 1], source[row - 1] == other {
                cost = min(cost, beforePrevious[column - 1] + 1)
            }
            current.append(cost)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return min(previous[target.count], 3)
}
