import Text

extension AccessRecord {
    /// Appends one line in the combined format of Apache and NGINX, with a line feed at its end.
    ///
    /// For example `127.0.0.1 - - [31/Jan/2026:12:00:01 +0000] "GET /https://api.example.com/x HTTP/1.1" 200 1300
    /// "https://app.example.com/" "Mozilla/5.0"`. A request that could not be read is `"-"`. Where no response was
    /// sent the status is 499, as NGINX has it. Escapes are NGINX's: `\xHH` for a byte that is no printable ASCII,
    /// for a quote and for a backslash, so that a quote always ends what it began.
    public func writeCombined(to bytes: inout [UInt8]) {
        Self.writeQuotable(client, to: &bytes)
        bytes.append(contentsOf: " - - [".utf8)
        writeLogTime(to: &bytes)
        bytes.append(contentsOf: "] \"".utf8)
        if method.isEmpty {
            bytes.append(UInt8(ascii: "-"))
        } else {
            Self.writeQuotable(method, to: &bytes)
            bytes.append(UInt8(ascii: " "))
            Self.writeQuotable(requestTarget, to: &bytes)
            bytes.append(contentsOf: isOldVersion ? " HTTP/1.0".utf8 : " HTTP/1.1".utf8)
        }
        bytes.append(contentsOf: "\" ".utf8)
        bytes.appendDecimal(status == 0 ? 499 : Int64(status))
        bytes.append(UInt8(ascii: " "))
        bytes.appendDecimal(bytesSent)
        bytes.append(contentsOf: " \"".utf8)
        Self.writeQuotable(referer, to: &bytes)
        bytes.append(contentsOf: "\" \"".utf8)
        Self.writeQuotable(userAgent, to: &bytes)
        bytes.append(contentsOf: "\"\n".utf8)
    }

    /// Appends text that ends neither at a quote nor at the end of a line; nothing at all is a hyphen.
    private static func writeQuotable(_ text: String, to bytes: inout [UInt8]) {
        if text.isEmpty { bytes.append(UInt8(ascii: "-")) }
        for byte in text.utf8 {
            if 0x20...0x7E ~= byte, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                bytes.append(byte)
            } else {
                bytes.append(contentsOf: #"\x"#.utf8)
                bytes.appendHexadecimal(byte)
            }
        }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The `31/Jan/2026:12:00:01 +0000` of `2026-01-31T12:00:01.250Z`.
    private func writeLogTime(to bytes: inout [UInt8]) {
        let text = timestamp.utf8.span
        guard text.count >= 19, let month = Self.number(text[5], text[6]), 1...12 ~= month else {
            return Self.writeQuotable(timestamp, to: &bytes)
        }
        for index in 8..<10 { bytes.append(text[index]) }
        bytes.append(UInt8(ascii: "/"))
        bytes.append(contentsOf: Self.months[month - 1].utf8)
        bytes.append(UInt8(ascii: "/"))
        for index in 0..<4 { bytes.append(text[index]) }
        bytes.append(UInt8(ascii: ":"))
        for index in 11..<19 { bytes.append(text[index]) }
        bytes.append(contentsOf: " +0000".utf8)
    }

    private static func number(_ tens: UInt8, _ ones: UInt8) -> Int? {
        guard tens.isDigit, ones.isDigit else { return nil }
        return Int(tens - UInt8(ascii: "0")) * 10 + Int(ones - UInt8(ascii: "0"))
    }
}
