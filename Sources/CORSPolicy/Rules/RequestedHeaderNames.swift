import Text

/// The names that a preflight asks for in `Access-Control-Request-Headers`.
///
/// Browsers send one sorted line without white space; proxies on the way may split it and add a little. What
/// goes beyond that is taken for malformed, so that reading costs next to nothing whatever is sent.
///
/// - SeeAlso: Fetch §4.8 (CORS-preflight fetch); RFC 9110 §5.6.1.2.
enum RequestedHeaderNames {
    private static let maximumBytes = 8 * 1024
    private static let maximumCount = 128
    private static let maximumNameLength = 128
    private static let maximumEmptyElements = 16
    /// Before and behind one element together.
    private static let maximumWhiteSpace = 2

    /// Returns the lower-case names in the order of the lines, or nil where these are malformed.
    static func read(_ lines: [String]) -> [String]? {
        guard isWithinBounds(lines) else { return nil }
        var names: [String] = []
        var emptyElements = 0
        for line in lines {
            for element in line.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                let name = OptionalWhitespace.trimmed(element)
                guard element.count &- name.count <= maximumWhiteSpace else { return nil }
                if name.isEmpty {
                    emptyElements &+= 1
                    guard emptyElements <= maximumEmptyElements else { return nil }
                    continue
                }
                guard name.count <= maximumNameLength, HTTPToken.isValid(name), names.count < maximumCount
                else {
                    return nil
                }
                names.append(Substring(name).lowercased())
            }
        }
        return names
    }

    private static func isWithinBounds(_ lines: [String]) -> Bool {
        // Each line but the first adds the comma that joins it to the one before.
        var total = lines.count &- 1
        for line in lines {
            guard line.utf8.count <= maximumBytes else { return false }
            total &+= line.utf8.count
        }
        return total <= maximumBytes
    }
}
