import Text

// Names as scripts behind a gateway read them: `X-Api-Key` and `X_Api_Key` are both `HTTP_X_API_KEY`.
//
// RFC 3875 §4.1.18 makes letters upper case and hyphens underscores; some servers do so with every other octet
// that is no letter or digit, too. Which of two such fields a script gets is anybody's guess.
extension FieldSection {
    /// The folded names of lines that have octets other than letters, digits and hyphens in theirs; mostly none.
    public var unusualNames: Set<[UInt8]> {
        var names: Set<[UInt8]> = []
        for line in lines where line.field == .other && isUnusual(line) {
            names.insert(Self.folded(bytes[line.nameRange]))
        }
        return names
    }

    private func isUnusual(_ line: Line) -> Bool {
        for index in line.nameRange where !bytes[index].isNameOctet { return true }
        return false
    }

    /// A name with each letter in lower case, and an underscore for all that is neither a letter nor a digit.
    public static func folded(_ name: some Sequence<UInt8>) -> [UInt8] {
        name.map { octet in
            let octet = octet.lowercased
            return octet.isDigit || octet.isLetter ? octet : UInt8(ascii: "_")
        }
    }

    /// Whether a name has octets other than letters, digits and hyphens.
    public static func isUnusual(name: some Sequence<UInt8>) -> Bool {
        name.contains { !$0.isNameOctet }
    }

    /// Drops all lines with an unusual name that folds to `name`.
    public mutating func removeAll(foldingToUnusual name: [UInt8]) {
        removeLines { bytes, line in
            let octets = bytes[line.nameRange]
            return line.field == .other && Self.isUnusual(name: octets) && Self.folded(octets) == name
        }
    }

    /// Drops all lines whose name folds to `name`.
    public mutating func removeAll(foldingTo name: [UInt8]) {
        removeLines { bytes, line in
            line.nameRange.count == name.count && Self.folded(bytes[line.nameRange]) == name
        }
    }
}

extension UInt8 {
    /// Whether this is a letter, a digit or a hyphen, of which all usual names of fields are made.
    fileprivate var isNameOctet: Bool {
        isLetter || isDigit || self == UInt8(ascii: "-")
    }
}
