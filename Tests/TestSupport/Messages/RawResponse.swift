/// One HTTP response as a client saw it.
@dynamicMemberLookup
package struct RawResponse: Sendable, CustomStringConvertible {
    /// The interim responses (1xx) that came first.
    package let interim: [MessageHead]
    package let head: MessageHead
    package let body: [UInt8]
    /// Whether the body came to the end that its framing promises.
    package let isComplete: Bool
    package let trailers: String

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The code of an error of the proxy's own.
    package var errorCode: String? { head.value(of: "X-Corsway-Error") }

    package subscript<T>(dynamicMember path: KeyPath<MessageHead, T>) -> T { head[keyPath: path] }

    package func value(of name: String) -> String? { head.value(of: name) }

    package func values(of name: String) -> [String] { head.values(of: name) }

    package func elements(of name: String) -> [String] { head.elements(of: name) }

    package var description: String { "\(head)\(text.prefix(400))" }
}
