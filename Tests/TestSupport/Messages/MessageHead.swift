/// The head of an HTTP message as it stood on the wire: read leniently, so that a test sees what came.
package struct MessageHead: Sendable, CustomStringConvertible {
    /// One field line, its value trimmed.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    package let startLine: String
    package let fields: [Field]
    package let description: String

    init(_ bytes: [UInt8]) {
        description = String(decoding: bytes, as: UTF8.self)
        let lines = description.split(separator: "\r\n", omittingEmptySubsequences: true)
        startLine = lines.first.map(String.init) ?? ""
        fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return Field(name: String(parts[0]), value: parts.count > 1 ? trimmed(parts[1]) : "")
        }
    }

    /// The values of all lines of one name, in order.
    package func values(of name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The one value of a name: nil where the field is absent, the lines joined where there are several.
    package func value(of name: String) -> String? {
        let values = values(of: name)
        return values.isEmpty ? nil : values.joined(separator: " | ")
    }

    /// The elements of a list-valued field, in lower case.
    package func elements(of name: String) -> [String] {
        values(of: name).flatMap { $0.split(separator: ",") }.map { trimmed($0).lowercased() }
    }

    /// The names of all fields, in lower case.
    package var names: [String] { fields.map { $0.name.lowercased() } }

    /// The three-digit status of a response; 0 where the start line has none.
    package var status: Int {
        let parts = startLine.split(separator: " ")
        return parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    }

    /// The method of a request.
    package var method: String { startLine.split(separator: " ").first.map(String.init) ?? "" }

    /// The request-target of a request.
    package var target: String { startLine.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

    /// How the body behind this head is delimited, read leniently.
    func framing(ofResponseTo method: String?) -> BodyStream.Framing {
        if let method, method == "HEAD" || status < 200 || status == 204 || status == 304 { return .none }
        if elements(of: "Transfer-Encoding").contains("chunked") { return .chunked }
        if let length = value(of: "Content-Length").flatMap({ Int($0) }) { return .length(length) }
        return method == nil ? .none : .untilClose
    }
}

/// Takes the white space off both ends.
private func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
}
