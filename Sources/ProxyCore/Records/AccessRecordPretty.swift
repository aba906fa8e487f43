import Text

extension AccessRecord {
    /// Appends one line for people, with a line feed at its end.
    ///
    /// For example `12:00:01 GET 200 https://api.example.com/x 12.3ms 1.2KB allowed http://localhost:3000`; an
    /// error adds its code and the request id, a tunnel ` tunnel=opened`, and at its end
    /// ` tunnel=ended by=client received=3.4KB`.
    ///
    /// - Parameters:
    ///   - bytes: Where the line is appended.
    ///   - coloured: Whether status and verdict get ANSI colours: only where a terminal reads them.
    public func writePretty(to bytes: inout [UInt8], coloured: Bool) {
        writeTimeOfDay(to: &bytes)
        bytes.append(UInt8(ascii: " "))
        TerminalText.write(method, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        let statusColour = coloured ? colourOfStatus : .none
        TerminalText.begin(statusColour, to: &bytes)
        bytes.appendDecimal(Int64(status))
        TerminalText.end(statusColour, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        TerminalText.write(target, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        writeMilliseconds(to: &bytes)
        bytes.append(contentsOf: "ms ".utf8)
        Self.writeSize(bytesSent, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        let verdictColour = coloured ? colourOfVerdict : .none
        TerminalText.begin(verdictColour, to: &bytes)
        bytes.append(contentsOf: verdict.rawValue.utf8)
        TerminalText.end(verdictColour, to: &bytes)
        if !reason.isEmpty {
            bytes.append(UInt8(ascii: " "))
            TerminalText.write(reason, to: &bytes)
        }
        writeTunnel(to: &bytes)
        if let errorCode {
            bytes.append(contentsOf: " error=".utf8)
            bytes.append(contentsOf: errorCode.rawValue.utf8)
            bytes.append(contentsOf: " id=".utf8)
            TerminalText.write(requestID, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private func writeTunnel(to bytes: inout [UInt8]) {
        switch tunnel {
        case nil: break
        case .opened: bytes.append(contentsOf: " tunnel=opened".utf8)
        case .ended(let ending):
            bytes.append(contentsOf: " tunnel=ended by=".utf8)
            bytes.append(contentsOf: ending.rawValue.utf8)
            bytes.append(contentsOf: " received=".utf8)
            Self.writeSize(bytesReceived, to: &bytes)
        }
    }

    /// The `12:00:01` of `2026-01-31T12:00:01.250Z`, for messages beside the lines about requests.
    public static func timeOfDay(in timestamp: String) -> String {
        String(timestamp.dropFirst(11).prefix(8))
    }

    private func writeTimeOfDay(to bytes: inout [UInt8]) {
        let text = timestamp.utf8.span
        guard text.count >= 19, text[10] == UInt8(ascii: "T") else {
            TerminalText.write(timestamp, to: &bytes)
            return
        }
        TerminalText.write(text.extracting(11..<19), to: &bytes)
    }

    /// Appends a number of bytes as `512B`, `1.2KB`, `3.4MB` or `5.6GB`; 1 KB is 1,024 bytes.
    private static func writeSize(_ count: Int64, to bytes: inout [UInt8]) {
        let size = max(0, count)
        guard size >= 1_024 else {
            bytes.appendDecimal(size)
            bytes.append(UInt8(ascii: "B"))
            return
        }
        var unit: Int64 = 1_024
        var prefix = UInt8(ascii: "K")
        if size >= 1_073_741_824 {
            (unit, prefix) = (1_073_741_824, UInt8(ascii: "G"))
        } else if size >= 1_048_576 {
            (unit, prefix) = (1_048_576, UInt8(ascii: "M"))
        }
        bytes.appendDecimal(size / unit)
        bytes.append(UInt8(ascii: "."))
        bytes.appendDecimal(size % unit * 10 / unit)
        bytes.append(prefix)
        bytes.append(UInt8(ascii: "B"))
    }

    private var colourOfStatus: TerminalText.Colour {
        switch status {
        case 101, 200..<300: .green
        case 300..<400: .cyan
        case 400..<500: .yellow
        default: .red
        }
    }

    private var colourOfVerdict: TerminalText.Colour {
        switch verdict {
        case .allowed: .green
        case .denied: .red
        case .notCORS: .faint
        }
    }
}
