/// A request-target or URL as it may stand in a log: without query, fragment and userinfo.
enum LoggedTarget {
    /// Returns the text up to its query, with what stands before an `@` in an authority left out.
    ///
    /// The text may be anything that a client sent. So each segment after `//`, and the first one whatever
    /// stands before it, is taken for an authority, and `%40` for an `@`.
    static func text(of target: String) -> String {
        let bytes = target.utf8.span
        var end = 0
        var hasUserinfo = false
        while end < bytes.count, bytes[end] != UInt8(ascii: "?"), bytes[end] != UInt8(ascii: "#") {
            hasUserinfo = hasUserinfo || bytes[end] == UInt8(ascii: "@") || isEncodedAt(bytes, end)
            end += 1
        }
        if hasUserinfo { return withoutUserinfo(bytes.extracting(0..<end)) }
        return end == bytes.count ? target : String(Substring(target.utf8.prefix(end)))
    }

    private static func withoutUserinfo(_ bytes: Span<UInt8>) -> String {
        var kept: [UInt8] = []
        var index = 0
        var isAuthority = true
        while index < bytes.count {
            let end = endOfSegment(in: bytes, from: index)
            let isScheme = end > index && bytes[end - 1] == UInt8(ascii: ":")
            let start = isAuthority ? endOfUserinfo(in: bytes, index..<end) : index
            for position in start..<end { kept.append(bytes[position]) }
            // An empty segment is the gap in "//"; the scheme and the slash before the target keep the state.
            isAuthority = end == index || isAuthority && isScheme
            if end < bytes.count { kept.append(bytes[end]) }
            index = end + 1
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private static func endOfSegment(in bytes: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "\\") {
            end += 1
        }
        return end
    }

    private static func endOfUserinfo(in bytes: Span<UInt8>, _ segment: Range<Int>) -> Int {
        var end = segment.lowerBound
        for index in segment {
            if bytes[index] == UInt8(ascii: "@") { end = index + 1 }
            if isEncodedAt(bytes, index) { end = index + 3 }
        }
        return end
    }

    private static func isEncodedAt(_ bytes: Span<UInt8>, _ index: Int) -> Bool {
        bytes[index] == UInt8(ascii: "%") && index + 2 < bytes.count
            && bytes[index + 1] == UInt8(ascii: "4") && bytes[index + 2] == UInt8(ascii: "0")
    }
}
