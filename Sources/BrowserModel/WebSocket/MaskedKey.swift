/// Keeps the keys that pages offer to a proxy as subprotocols out of what is shown.
enum MaskedKey {
    /// The text with a mark in the place of each key.
    static func masked(_ text: String) -> String {
        text.replacing(/corsway\.key\.[^\s,'"\\]*/, with: "corsway.key.…")
    }
}
