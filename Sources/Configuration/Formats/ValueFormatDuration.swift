import Text

extension ValueFormat where Value == Duration {
    /// A duration within bounds: `"250ms"`, `"10s"`, `"5m"`, `"1h"`, or a number of seconds.
    static func duration(in range: ClosedRange<Duration>) -> Self {
        Self(
            schema: { value in
                [
                    "title": .string(
                        "duration, \(range.lowerBound.settingText) to \(range.upperBound.settingText)"
                    ),
                    "anyOf": [
                        ["type": "string", "pattern": #"^[0-9]+(\.[0-9]+)?(ms|s|m|h)$"#],
                        ["type": "number", "minimum": 0],
                    ],
                    "default": .string(value.settingText),
                ]
            },
            read: { value, result, reader in
                let bounds = [range.lowerBound, range.upperBound].map(\.settingText.quoted)
                let due = "a duration from \(bounds[0]) to \(bounds[1])"
                let duration: Duration?
                let text: String
                switch value.content {
                case .string(let string): (duration, text) = (Duration(settingText: string), string.quoted)
                case .number(let number):
                    (duration, text) = (number.double.flatMap(Duration.init(wholeOrNot:)), number.text)
                default: return reader.refuseType(of: value, due: due)
                }
                guard let duration else {
                    let fault = Fault(
                        "\(text) is not a duration.",
                        mend: #"Write "250ms", "10s", "5m" or "1h"."#
                    )
                    return reader.refuse(value, fault)
                }
                guard range.contains(duration) else {
                    return reader.refuse(value, .outOfRange(text, due: due))
                }
                result = duration
            }
        )
    }
}

extension Duration {
    private static let units: [(name: String, length: Duration)] = [
        ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)),
    ]

    /// Reads decimal digits, perhaps with a fraction, and a unit.
    fileprivate init?(settingText text: String) {
        // "ms" comes before "s", which it ends in.
        guard let unit = Self.units.first(where: { text.hasSuffix($0.name) }) else { return nil }
        let digits = text.dropLast(unit.name.count)
        guard let first = digits.utf8.first, let last = digits.utf8.last,
            // Double reads much besides: signs, "inf", "0x1p3".
            digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }), first != 46, last != 46,
            let amount = Double(digits)
        else { return nil }
        self.init(wholeOrNot: amount, unit: unit.length)
    }

    /// Makes a duration of a number of units; nil where it is longer than about 30 years, or negative.
    fileprivate init?(wholeOrNot amount: Double, unit: Duration) {
        guard amount >= 0, amount * (unit / .seconds(1)) < 1e9 else { return nil }
        self = unit * amount
    }

    fileprivate init?(wholeOrNot seconds: Double) {
        self.init(wholeOrNot: seconds, unit: .seconds(1))
    }

    /// The duration in its largest whole unit, as it is written in the file: `"90s"`, `"2h"`.
    var settingText: String {
        let unit = Self.units.last {
            self / $0.length >= 1 && (self / $0.length).rounded() == self / $0.length
        }
        guard let unit else { return self == .zero ? "0s" : "\(self / .milliseconds(1))ms" }
        return "\(Int(self / unit.length))\(unit.name)"
    }
}
