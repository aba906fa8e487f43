import HTTPSyntax
import Text

/// The secrets of one route, of the prefix form or of the header rules, which must not reach a client, or another
/// target, by an upstream that repeats them.
///
/// A text is compared as it is and after each of up to four rounds of percent-decoding, without regard to case, and
/// with `+` for a space: so every usual spelling of a URL or form is found. Bodies are not looked at.
public struct SecretScreen: Sendable {
    /// What is due to a text.
    public enum Strictness: UInt8, Sendable {
        /// Short secrets count too: in URLs that a browser follows or keeps, where an upstream's echo is likely.
        case strict = 1
        /// Secrets of eight bytes and more count; shorter texts stand in fields that repeat none.
        case usual = 2
    }

    private static let rounds = 4
    /// Shorter texts are found everywhere.
    private static let minimumLength = 4
    private static let usualLength = 8

    /// nil where there is nothing to look for.
    private let automaton: SecretAutomaton?

    /// Makes a screen of secrets, each by itself.
    public init(_ secrets: [String]) {
        var needles: [[UInt8]: Strictness] = [:]
        for secret in secrets {
            var form = Array(secret.utf8)
            // A secret may be percent-encoded itself: it is known again however far it comes decoded.
            for _ in 0...Self.rounds {
                if form.count >= Self.minimumLength {
                    needles[form] = form.count >= Self.usualLength ? .usual : .strict
                }
                guard let decoded = Self.decoded(form.span) else { break }
                form = decoded
            }
        }
        automaton = needles.isEmpty ? nil : SecretAutomaton(needles.mapValues(\.rawValue))
    }

    /// A screen that finds nothing.
    public static let none = SecretScreen([])

    /// Whether there is nothing to look for.
    public var isEmpty: Bool { automaton == nil }

    /// Whether a text holds a secret in some spelling.
    public func finds(in text: String, _ strictness: Strictness = .strict) -> Bool {
        guard automaton != nil else { return false }
        var steps = 0
        return finds(in: text.utf8.span, strictness, &steps)
    }

    /// Whether a text holds a secret in some spelling.
    public func finds(in text: ArraySlice<UInt8>, _ strictness: Strictness = .strict) -> Bool {
        guard automaton != nil else { return false }
        var steps = 0
        return finds(in: text.span, strictness, &steps)
    }

    /// The same; `steps` grows by the work that was done, at most a multiple of the text's length.
    func finds(in text: Span<UInt8>, _ strictness: Strictness, _ steps: inout Int) -> Bool {
        guard let automaton else { return false }
        if automaton.finds(in: text, atLeast: strictness.rawValue, &steps) { return true }
        steps &+= text.count
        guard var form = Self.decoded(text) else { return false }
        for round in 1...Self.rounds {
            if automaton.finds(in: form.span, atLeast: strictness.rawValue, &steps) { return true }
            steps &+= form.count
            guard round < Self.rounds, let decoded = Self.decoded(form.span) else { return false }
            form = decoded
        }
        return false
    }

    /// Drops the lines of a response that hold a secret, in their names too, and a reason phrase that does.
    func clean(_ head: inout ResponseHead) {
        guard automaton != nil else { return }
        var steps = 0
        if finds(in: head.reason.utf8.span, .usual, &steps) { head.reason = "" }
        head.fields.removeAll(whereLine: { field, line in
            // Without its length a message is another one, and clients would wait for more.
            field != .contentLength && finds(in: line, Self.strictness(for: field), &steps)
        })
    }

    private static func strictness(for field: KnownField) -> Strictness {
        switch field {
        case .location, .link, .refresh, .setCookie: .strict
        default: .usual
        }
    }

    /// The bytes with each `%hh` decoded once; nil where there is none.
    private static func decoded(_ bytes: Span<UInt8>) -> [UInt8]? {
        guard var index = firstEscape(in: bytes) else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for start in 0..<index { result.append(bytes[start]) }
        while index < bytes.count {
            if let byte = escape(in: bytes, at: index) {
                result.append(byte)
                index &+= 3
            } else {
                result.append(bytes[index])
                index &+= 1
            }
        }
        return result
    }

    private static func firstEscape(in bytes: Span<UInt8>) -> Int? {
        for index in bytes.indices where escape(in: bytes, at: index) != nil { return index }
        return nil
    }

    private static func escape(in bytes: Span<UInt8>, at index: Int) -> UInt8? {
        guard bytes[index] == UInt8(ascii: "%"), index &+ 2 < bytes.count,
            let high = bytes[index &+ 1].hexadecimalValue, let low = bytes[index &+ 2].hexadecimalValue
        else { return nil }
        return high << 4 | low
    }
}
