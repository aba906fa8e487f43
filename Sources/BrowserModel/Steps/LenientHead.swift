import Text

/// The head of one response, read as Chromium reads it.
struct LenientHead {
    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")

    private let bytes: ArraySlice<UInt8>
    private(set) var status = 200
    private var reason = "OK"
    private var fields: [HeaderLine] = []
    private var oddities: [String] = []

    /// - Parameter bytes: From the status line to the empty line.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        // A line ends at any run of line feeds and carriage returns.
        var lines = bytes.split { $0 == .lineFeed || $0 == .carriageReturn }[...]
        if let first = lines.popFirst() { readStatusLine(first) }
        readFields(lines)
        noteLineEnds()
        noteFraming()
    }

    func answer(_ before: [String]) -> WireAnswer {
        WireAnswer(status: status, reason: reason, fields: fields, oddities: before + oddities)
    }

    // MARK: The status line

    private mutating func readStatusLine(_ line: ArraySlice<UInt8>) {
        if !line.starts(with: "HTTP/1.".utf8) { note("The status line does not begin with HTTP/1.1.") }
        guard let blank = line.firstIndex(of: Self.space) else {
            return note("The status line has no status: it counts as 200.")
        }
        let rest = line[blank...].drop { $0 == Self.space }
        let digits = rest.prefix { $0.isDigit }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
            return note("The status line has no status: it counts as 200.")
        }
        // Chromium keeps 16 bits.
        status = number & 0xFFFF
        if !(100...599).contains(number) { note("The status \(number) is none that HTTP knows.") }
        if digits.count != 3 || rest.dropFirst(digits.count).first.map({ $0 != Self.space }) == true {
            note("The status is not written as three digits.")
        }
        reason = Self.text(rest.dropFirst(digits.count))
    }

    // MARK: Fields

    private mutating func readFields(_ lines: ArraySlice<ArraySlice<UInt8>>) {
        var joined: [[UInt8]] = []
        var mayGoOn = false
        for line in lines {
            if mayGoOn, let first = line.first, Self.isBlank(first), !joined.isEmpty {
                joined[joined.count - 1] += [Self.space] + line.drop(while: Self.isBlank)
                note("A field is folded over two lines: they are joined.")
                continue
            }
            joined.append(Array(line))
            let colon = line.firstIndex(of: UInt8(ascii: ":"))
            mayGoOn = colon.map { $0 > line.startIndex && !Self.isBlank(line[line.startIndex]) } ?? false
        }
        joined.forEach { readField($0) }
    }

    private mutating func readField(_ line: [UInt8]) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), let first = line.first,
            colon > 0, !Self.isBlank(first)
        else { return note("A line is no field: it is skipped.") }
        let name = Self.text(line[..<colon])
        guard HTTPToken.isValid(name[...]) else {
            return note("The name of a field is no token: the line is skipped.")
        }
        if Self.isBlank(line[colon - 1]) {
            note("A space stands before a colon: it does not count.")
        }
        fields.append(HeaderLine(name, Self.text(line[(colon + 1)...])))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let start = bytes.drop(while: isBlank)
        let end = start.lastIndex { !isBlank($0) }.map { start.index(after: $0) } ?? start.startIndex
        return String(decoding: start[..<end], as: UTF8.self)
    }

    // MARK: What is odd

    private mutating func note(_ oddity: String) {
        if !oddities.contains(oddity) { oddities.append(oddity) }
    }

    private mutating func noteLineEnds() {
        var last: UInt8 = 0
        for byte in bytes {
            if byte == .lineFeed, last != .carriageReturn {
                note("A line ends in a line feed alone.")
            }
            if last == .carriageReturn, byte != .lineFeed {
                note("A line ends in a carriage return alone.")
            }
            last = byte
        }
    }

    private var isChunked: Bool {
        ListElements.tokens(fields.value(of: "Transfer-Encoding"))?.contains { $0.lowercased() == "chunked" }
            == true
    }

    private mutating func noteFraming() {
        let lengths = values(of: "Content-Length")
        if lengths.count > 1 { note("Content-Length stands more than once.") }
        if lengths.contains(where: { UInt64($0) == nil || $0.hasPrefix("+") }) {
            note("Content-Length is no number: it does not count.")
        }
        guard fields.value(of: "Transfer-Encoding") != nil else { return }
        if !lengths.isEmpty { note("Content-Length stands beside Transfer-Encoding: it does not count.") }
        let codings = values(of: "Transfer-Encoding").map { $0.lowercased() }
        if codings != ["chunked"] { note("Transfer-Encoding is not \"chunked\" alone.") }
    }

    /// The elements of all lines of a name.
    private func values(of name: String) -> [String] {
        (fields.value(of: name) ?? "").split(separator: ",").map { String(OptionalWhitespace.trimmed($0)) }
    }

    // MARK: What Chromium refuses

    /// Why Chromium takes no answer of this head.
    var failure: NetworkFailure? {
        if bytes.contains(0) { return .invalid }
        if status == 407 {
            return NetworkFailure(
                name: "net::ERR_UNEXPECTED_PROXY_AUTH",
                message: "407 is for proxies that the browser uses itself"
            )
        }
        if !isChunked, Set(values(of: "Content-Length")).count > 1 { return .repeated("Content-Length") }
        return ["Content-Disposition", "Location"].first { name in
            Set(fields.filter { $0.isNamed(name) }.map(\.value)).count > 1
        }.map { .repeated($0) }
    }
}

extension NetworkFailure {
    fileprivate static func repeated(_ name: String) -> NetworkFailure {
        let word = name.uppercased().replacing("-", with: "_")
        return NetworkFailure(
            name: "net::ERR_RESPONSE_HEADERS_MULTIPLE_\(word)",
            message: "\(name) stands more than once, with different values"
        )
    }
}
