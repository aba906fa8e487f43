import Text

/// Why a text is not JSON, and where.
struct JSONSyntaxError: Error, Sendable, Hashable {
    let position: SourcePosition
    let rule: JSONRule
}

/// The rules of RFC 8259 that a text can break, and the bounds of this reader.
enum JSONRule: Sendable, Hashable {
    case utf8
    case noByteOrderMark
    case notEmpty
    case noComment
    case noTrailingComma
    case doubleQuotes
    case quotedKey
    case colon
    case comma
    case knownWord(String)
    case expectedValue(Unicode.Scalar)
    case number(String)
    case closedString
    case closedList
    case closedObject
    case valueBeforeEnd
    case noControlCharacter(UInt8)
    case knownEscape
    case fourHexDigits
    case pairedSurrogate
    case depth
    case oneValue

    /// The rule as a message and its mend.
    var fault: Fault {
        switch self {
        case .utf8: Fault("This byte is not UTF-8.", mend: "Save the file as UTF-8.")
        case .noByteOrderMark:
            Fault("The file starts with a byte order mark.", mend: "Save it as UTF-8 without one.")
        case .notEmpty: Fault("The file is empty.", mend: "Write at least {}.")
        case .noComment: Fault("Comments are not part of JSON.", mend: "Remove the comment.")
        case .noTrailingComma: Fault("Nothing follows this comma.", mend: "Remove the comma.")
        case .doubleQuotes: Fault("Single quotes are not part of JSON.", mend: "Write double quotes.")
        case .quotedKey: Fault("A key in double quotes is due here.", mend: "Write \"key\": value.")
        case .colon: Fault("A colon is due here, between a key and its value.", mend: "Write \"key\": value.")
        case .comma: Fault("A comma or the closing bracket is due here.")
        case .knownWord(let word): Self.fault(ofWord: word)
        case .expectedValue(let scalar): Fault("A value is due here, not \(String(scalar).quoted).")
        case .number(let text):
            Fault(
                "\(text.quoted) is not a JSON number.",
                mend: "Write it in decimal, such as 8080, -1 or 0.5."
            )
        case .closedString:
            Fault("This string is not closed on its line.", mend: "Write a double quote at its end.")
        case .closedList: Fault("This list is not closed.", mend: "Write ] at its end.")
        case .closedObject: Fault("This object is not closed.", mend: "Write } at its end.")
        case .valueBeforeEnd: Fault("The file ends where a value is due.")
        case .noControlCharacter(let byte):
            Fault(
                "A string holds the control character \(Unicode.Scalar(byte).escaped(asASCII: true)).",
                mend: "Remove it, or write it as an escape such as \\n."
            )
        case .knownEscape:
            Fault(
                "This escape is not part of JSON.",
                mend: #"Write \\ for a backslash; only "\/bfnrtu may follow one."#
            )
        case .fourHexDigits: Fault("Four hexadecimal digits are due after \\u.")
        case .pairedSurrogate:
            Fault(
                "This escape is half of a surrogate pair.",
                mend: "Write the character itself, or both halves."
            )
        case .depth: Fault("Lists and objects are nested more than \(JSONReader.maximumDepth) deep.")
        case .oneValue: Fault("The file goes on after its value has ended.", mend: "Remove what follows.")
        }
    }

    private static func fault(ofWord word: String) -> Fault {
        let known = ["true": ["yes", "on"], "false": ["no", "off"], "null": ["none", "nil", "undefined"]]
        let lowercased = word.lowercased()
        for (meant, others) in known where lowercased == meant || others.contains(lowercased) {
            return Fault("\(word.quoted) is not part of JSON.", mend: "Write \(meant).")
        }
        return Fault("\(word.quoted) is not part of JSON.", mend: "Write text in double quotes.")
    }
}
