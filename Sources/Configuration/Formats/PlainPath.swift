import Text

/// A path of the proxy's own that every server in between leaves alone.
enum PlainPath {
    /// Checks that a text is `/`, or segments of unreserved characters with or without a last slash.
    static func check(_ text: String, example: String) throws(Fault) {
        guard text.hasPrefix("/") else {
            throw Fault(
                "\(text.quoted) does not start with a slash.",
                mend: "Write a path such as \(example.quoted)."
            )
        }
        if text == "/" { return }
        let inner = text.hasSuffix("/") ? text.dropFirst().dropLast() : text.dropFirst()
        for segment in inner.split(separator: "/", omittingEmptySubsequences: false) {
            guard !segment.isEmpty, segment != ".", segment != "..",
                segment.utf8.allSatisfy(\.isUnreservedOctet)
            else {
                throw Fault(
                    "\(text.quoted) is not a plain path.",
                    mend:
                        #"Write segments of letters, digits, "-", ".", "_" and "~", such as \#(example.quoted)."#
                )
            }
        }
    }
}
