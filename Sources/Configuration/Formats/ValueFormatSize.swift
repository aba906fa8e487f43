import Text

extension ValueFormat where Value == Int {
    /// A number of bytes within bounds: `"32KB"`, `"20MB"`, `"1GB"` (1 KB = 1,024 bytes), or a number.
    ///
    /// Where the bounds end at `Int.max`, `"unlimited"` stands for that.
    static func size(in range: ClosedRange<Int>) -> Self {
        let isUnlimited = range.upperBound == .max
        return Self(
            schema: { schema(of: $0, in: range) },
            read: { value, result, reader in
                let due =
                    isUnlimited
                    ? "a size such as \"20MB\", or \"unlimited\""
                    : "a size from \"\(range.lowerBound.sizeText)\" to \"\(range.upperBound.sizeText)\""
                switch value.content {
                case .string("unlimited") where isUnlimited:
                    result = .max
                case .string(let text):
                    guard let size = Int(sizeText: text) else {
                        return reader.refuse(value, .notASize(text, isUnlimited: isUnlimited))
                    }
                    guard range.contains(size) else {
                        return reader.refuse(value, .outOfRange(text.quoted, due: due))
                    }
                    result = size
                case .number(let number):
                    guard let size = number.integer, range.contains(size) else {
                        return reader.refuse(value, .outOfRange(number.text, due: due))
                    }
                    result = size
                default:
                    reader.refuseType(of: value, due: due)
                }
            }
        )
    }

    private static func schema(of value: Int, in range: ClosedRange<Int>) -> JSONSchema {
        let isUnlimited = range.upperBound == .max
        let bounds = "size, \(range.lowerBound.sizeText) to \(range.upperBound.sizeText)"
        let pattern = isUnlimited ? "^([0-9]+(B|KB|MB|GB)|unlimited)$" : "^[0-9]+(B|KB|MB|GB)$"
        return [
            "title": .string(isUnlimited ? "size, or \"unlimited\"" : bounds),
            "anyOf": [["type": "string", "pattern": .string(pattern)], ["type": "integer", "minimum": 0]],
            "default": .string(value.sizeText),
        ]
    }
}

extension Fault {
    fileprivate static func notASize(_ text: String, isUnlimited: Bool) -> Fault {
        // "32kb", "32 KB" and "32KiB" are clear enough to be mended.
        let bare = text.uppercased().filter { $0 != " " && $0 != "I" }
        if Int(sizeText: bare) != nil {
            return Fault("\(text.quoted) is not a size.", mend: "Write \(bare.quoted).")
        }
        let mend = isUnlimited ? #"Write "32KB", "20MB" or "unlimited"."# : #"Write "32KB" or "20MB"."#
        return Fault("\(text.quoted) is not a size.", mend: mend)
    }
}

extension Int {
    private static let units = [("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)]

    /// Reads digits and a unit; nil for other text, and for what no `Int` holds.
    fileprivate init?(sizeText text: String) {
        // "B" comes last, since the other units end in it.
        guard let (name, factor) = Self.units.first(where: { text.hasSuffix($0.0) }) else { return nil }
        let digits = text.dropLast(name.count)
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let amount = Int(digits) else { return nil }
        let (size, overflow) = amount.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        self = size
    }

    /// The size in its largest whole unit, as it is written in the file: `"32KB"`, `"unlimited"`.
    var sizeText: String {
        if self == .max { return "unlimited" }
        let unit = Self.units.first { self >= $0.1 && self % $0.1 == 0 } ?? ("B", 1)
        return "\(self / unit.1)\(unit.0)"
    }
}
