/// One request that reached a scripted upstream whole.
@dynamicMemberLookup
package struct RecordedRequest: Sendable {
    /// Which of the upstream's connections it came on, from 0.
    package let connection: Int
    package let head: MessageHead
    package let body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }

    package subscript<T>(dynamicMember path: KeyPath<MessageHead, T>) -> T { head[keyPath: path] }

    package func value(of name: String) -> String? { head.value(of: name) }

    package func values(of name: String) -> [String] { head.values(of: name) }

    package func elements(of name: String) -> [String] { head.elements(of: name) }
}
