import Text

/// Text for a terminal, which nobody who sends a request may drive.
public enum TerminalText {
    /// A colour of the ANSI palette, by its SGR parameter.
    enum Colour: String {
        case none = ""
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    /// Appends the text; all but printable ASCII becomes `\xhh` byte by byte, and `\` becomes `\\`.
    public static func write(_ text: String, to bytes: inout [UInt8]) {
        let span = text.utf8.span
        for index in span.indices where !isPlain(span[index]) {
            write(span, to: &bytes)
            return
        }
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends the text, escaped in the same way.
    static func write(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        for index in text.indices {
            let byte = text[index]
            if isPlain(byte) {
                bytes.append(byte)
            } else if byte == UInt8(ascii: "\\") {
                bytes.append(contentsOf: #"\\"#.utf8)
            } else {
                bytes.append(contentsOf: #"\x"#.utf8)
                bytes.appendHexadecimal(byte)
            }
        }
    }

    /// Switches a colour on.
    static func begin(_ colour: Colour, to bytes: inout [UInt8]) {
        guard colour != .none else { return }
        bytes.append(contentsOf: "\u{1B}[".utf8)
        bytes.append(contentsOf: colour.rawValue.utf8)
        bytes.append(UInt8(ascii: "m"))
    }

    /// Switches the colour off again.
    static func end(_ colour: Colour, to bytes: inout [UInt8]) {
        guard colour != .none else { return }
        bytes.append(contentsOf: "\u{1B}[0m".utf8)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        0x20...0x7E ~= byte && byte != UInt8(ascii: "\\")
    }
}
