import HTTPSyntax
import Text

/// What a list of target patterns is for: how it reads URLs.
enum PatternUse: Sendable {
    /// To allow, or to pick: a pattern has to mean the URL for sure.
    case allow
    /// To deny: a pattern counts that may mean the URL, in one of the ways in which servers read URLs.
    case deny
}

/// A URL, read once for all the patterns that it is compared with.
struct TargetReading {
    /// For what the URL was read.
    let use: PatternUse
    /// Where it leads.
    let origin: TargetOrigin
    /// The host; to deny without the trailing dot of an absolute name.
    let host: Substring
    /// The path as it is written, without the query.
    let path: Substring
    /// The path as servers may compare it; left empty where only what is written counts.
    let canonicalPath: [UInt8]
    /// Whether the path may lead elsewhere than it says.
    let isAmbiguous: Bool

    init(_ url: TargetURL, for use: PatternUse) {
        self.use = use
        origin = url.origin
        path = url.path
        switch use {
        case .allow:
            host = url.origin.host[...]
            canonicalPath = []
            isAmbiguous = PathReading.isAmbiguous(path)
        case .deny:
            let name = url.origin.host.utf8
            host = Substring(name.last == UInt8(ascii: ".") ? name.dropLast() : name[...])
            let reading = PathReading(path)
            canonicalPath = reading.canonical
            isAmbiguous = reading.isAmbiguous || reading.holdsControls
        }
    }
}
