import HTTPSyntax

/// A URL, read once for all the patterns that it is compared with.
struct TargetReading {
    /// Where it leads.
    let origin: TargetOrigin
    /// As it is written, without the query.
    let path: Substring
    /// As servers may read it.
    let reading: PathReading

    init(_ url: TargetURL) {
        origin = url.origin
        path = url.path
        reading = PathReading(path)
    }

    /// The host without the trailing dot of an absolute name.
    var hostWithoutDot: Substring {
        let host = origin.host.utf8
        return Substring(host.last == UInt8(ascii: ".") ? host.dropLast() : host[...])
    }
}
