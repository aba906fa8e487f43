import Text

/// A JSON string as it is written, quotes included.
///
/// More is escaped than RFC 8259 §7 asks for: `<`, `>` and `&`, so that a body can never be taken for HTML,
/// and DEL and the C1 controls, which drive terminals as ESC does.
public enum JSONString {
    /// Appends `text` in quotes.
    public static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        if needsNoEscape(text.utf8.span) {
            bytes.append(contentsOf: text.utf8)
        } else {
            writeEscaped(text.utf8.span, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsNoEscape(_ text: Span<UInt8>) -> Bool {
        for index in text.indices where isSpecial(text[index]) || text[index] == c1Lead {
            return false
        }
        return true
    }

    private static func writeEscaped(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == c1Lead, index + 1 < text.count, text[index + 1] < 0xA0 {
                writeEscape(text[index + 1], to: &bytes)
                index += 2
                continue
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case _ where isSpecial(byte): writeEscape(byte, to: &bytes)
            default: bytes.append(byte)
            }
            index += 1
        }
    }

    private static func writeEscape(_ scalar: UInt8, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"\u00"#.utf8)
        bytes.appendHexadecimal(scalar)
    }

    /// The first byte of U+0080–U+00BF in UTF-8; below U+00A0 these are the C1 controls.
    private static let c1Lead: UInt8 = 0xC2

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00...0x1F, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "&"):
            true
        default: false
        }
    }
}
