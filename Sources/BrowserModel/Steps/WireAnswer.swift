/// The head of the answer to a request.
public struct WireAnswer: Sendable, Hashable {
    /// As browsers take it: any number of 16 bits.
    public let status: Int
    /// May be empty.
    public let reason: String
    /// In wire order, duplicates kept.
    public let fields: [HeaderLine]
    /// What who answers has to say about it beside the head, as sentences; nil for nothing.
    public let remark: String?
    /// What a proxy calls the error that it answers with itself; nil for any other answer.
    public let proxyError: String?
    /// What is not as the standard has it and is read by Chromium all the same, a sentence each.
    public let oddities: [String]

    /// Makes an answer of its parts.
    public init(
        status: Int,
        reason: String = "",
        fields: [HeaderLine] = [],
        remark: String? = nil,
        proxyError: String? = nil,
        oddities: [String] = []
    ) {
        self.status = status
        self.reason = reason
        self.fields = fields
        self.remark = remark
        self.proxyError = proxyError
        self.oddities = oddities
    }

    /// The value of a field, its lines joined; nil where it is absent.
    public func value(of name: String) -> String? { fields.value(of: name) }

    /// The same answer with what a proxy has to say about it.
    public func with(remark: String?, proxyError: String?) -> WireAnswer {
        WireAnswer(
            status: status,
            reason: reason,
            fields: fields,
            remark: remark,
            proxyError: proxyError,
            oddities: oddities
        )
    }

    var statusText: String { reason.isEmpty ? "\(status)" : "\(status) \(reason)" }

    /// The lines of one name as they came.
    func lines(of name: String) -> [String] { fields.filter { $0.isNamed(name) }.map(\.text) }

    /// Whether a browser goes elsewhere: a redirect status with a Location.
    ///
    /// - SeeAlso: Fetch §2.2.3 (redirect status).
    var isRedirect: Bool {
        [301, 302, 303, 307, 308].contains(status) && value(of: "Location") != nil
    }
}
