import Text

/// The way from the top of a configuration to one value, written `routes[2].cors.allowedOrigins[0]`.
struct SettingPath: Sendable, Hashable, CustomStringConvertible {
    private(set) var steps: [Step] = []

    enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
        /// Every element of a list.
        case anyIndex
    }

    /// The path of the whole configuration.
    init() {}

    /// Reads back a path made of plain keys and indices; what is malformed becomes a key of that name.
    init(_ text: String) {
        for part in text.split(separator: ".") {
            let pieces = part.split(separator: "[")
            for (position, piece) in pieces.enumerated() {
                if position > 0, piece.last == "]", let index = Int(piece.dropLast()) {
                    steps.append(.index(index))
                } else {
                    steps.append(.key(String(piece)))
                }
            }
        }
    }

    /// Reads a path as `description` writes it, with keys that are no plain words.
    init(described text: String) {
        var rest = text[...]
        while let first = rest.first {
            if first == "[", let end = rest.firstRange(of: rest.hasPrefix("[\"") ? "\"]" : "]") {
                let inner = rest[rest.index(after: rest.startIndex)..<end.lowerBound]
                steps.append(Int(inner).map { .index($0) } ?? .key(String(inner.dropFirst())))
                rest = rest[end.upperBound...]
            } else {
                let word = rest.drop { $0 == "." }.prefix { $0 != "." && $0 != "[" }
                if word.isEmpty { return }
                steps.append(.key(String(word)))
                rest = rest[word.endIndex...]
            }
        }
    }

    /// The path one step up; nil at the top.
    var parent: SettingPath? {
        guard !steps.isEmpty else { return nil }
        var path = self
        path.steps.removeLast()
        return path
    }

    /// The key at its end; nil at the top, and for an element of a list.
    var lastKey: String? {
        guard case .key(let key) = steps.last else { return nil }
        return key
    }

    /// The keys on the way, without the indices.
    var keys: [String] {
        steps.compactMap { if case .key(let key) = $0 { key } else { nil } }
    }

    /// Whether the path is `other`, or lies below it.
    func isWithin(_ other: SettingPath) -> Bool {
        steps.starts(with: other.steps)
    }

    func appending(_ key: String) -> SettingPath {
        var path = self
        path.steps.append(.key(key))
        return path
    }

    func appending(index: Int) -> SettingPath {
        var path = self
        path.steps.append(.index(index))
        return path
    }

    /// The path of every element of the list at this path.
    func appendingAnyIndex() -> SettingPath {
        var path = self
        path.steps.append(.anyIndex)
        return path
    }

    /// The path with every index made the same: as the schema has it.
    var ofAnyElement: SettingPath {
        var path = self
        path.steps = steps.map { if case .index = $0 { .anyIndex } else { $0 } }
        return path
    }

    func appending(_ other: SettingPath) -> SettingPath {
        var path = self
        path.steps += other.steps
        return path
    }

    /// The path as messages show it; a key that is no plain word stands as `["key"]`.
    var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .index(let index): text += "[\(index)]"
            case .anyIndex: text += "[]"
            case .key(let key) where key.isPlainWord: text += text.isEmpty ? key : ".\(key)"
            case .key(let key): text += "[\(key.quoted)]"
            }
        }
        return text
    }
}

extension String {
    /// Whether the text is ASCII letters, digits, `$`, `-` and `_` only, and short enough to show whole.
    fileprivate var isPlainWord: Bool {
        (1...64).contains(utf8.count)
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: "$"):
                    true
                default: false
                }
            }
    }
}
