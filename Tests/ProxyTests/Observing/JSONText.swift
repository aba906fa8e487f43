import Foundation

/// Reads JSON that the proxy wrote.
enum JSONText {
    /// The members of an object; empty where the text is no object.
    static func object(_ bytes: some Sequence<UInt8>) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
    }
}
