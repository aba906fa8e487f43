import Configuration
import BrowserModel

/// What makes a blocked request pass; all of its parts together.
struct Advice {
    /// Where the page has to be served.
    var page: PageOrigin?
    /// The method as the script has to write it.
    var method: String?
    /// What has to stand in the configuration.
    var changes: [SettingOverride] = []
    /// What the page has to ask then; nil where that stays as it is.
    var ask: RequestURL?
    /// Whether a proxy of such a configuration has answered so that the page reads the target's answer.
    var isTried = false

    /// What stands for a file that only the user knows.
    static let unknownFile = "AUTHORITY.pem"
    static let authorityFile = "upstream.caFile"

    var needsAuthorityFile: Bool { changes.contains { $0.path == Self.authorityFile } }

    // MARK: As a configuration has it

    /// The keys of one object of the configuration, as they stand there.
    struct Lines {
        /// `routes[1]`; nil at the top of the file.
        let place: String?
        let text: String
    }

    /// The changes, object by object.
    var lines: [Lines] {
        var order: [String] = []
        var members: [String: [String]] = [:]
        for change in changes {
            let keys = change.path.split(separator: ".")
            let object = keys.dropLast().joined(separator: ".")
            if members[object] == nil { order.append(object) }
            members[object, default: []].append("\"\(keys.last ?? "")\": \(change.json)")
        }
        var places: [String?] = []
        var texts: [String: [String]] = [:]
        for object in order {
            let keys = object.split(separator: ".").map(String.init)
            let place = keys.first.flatMap { $0.hasPrefix("routes[") ? $0 : nil }
            if !places.contains(place) { places.append(place) }
            let inner = "{ \(members[object, default: []].joined(separator: ", ")) }"
            let text = keys.dropFirst(place == nil ? 0 : 1).reversed().reduce(inner) { inner, key in
                inner.hasPrefix("{") ? "\"\(key)\": \(inner)" : "\"\(key)\": { \(inner) }"
            }
            texts[place ?? "", default: []].append(text)
        }
        return places.map { Lines(place: $0, text: texts[$0 ?? "", default: []].joined(separator: ", ")) }
    }

    /// The path of the object that the first change is in.
    var firstObject: String? {
        changes.first.map { $0.path.split(separator: ".").dropLast().joined(separator: ".") }
    }

    // MARK: In words

    /// What to do beside the configuration, a sentence each.
    func sentences(for request: PageRequest) -> [String] {
        var sentences: [String] = []
        if let page {
            sentences.append(
                "Serve the page over http, from \(page.serialized) for example: with the origin null it gets no "
                    + "credentials, whatever the server says. A sandboxed frame needs allow-same-origin."
            )
        }
        if let method {
            sentences.append(
                "Write \(method) in the script: fetch() leaves \"\(request.method)\" as it is, which is another method."
            )
        }
        if needsAuthorityFile {
            sentences.append(
                "corsway does not trust the certificate either: put the path of its authority's certificate in place of "
                    + "\(Self.unknownFile)."
            )
        }
        if let ask {
            sentences.append(
                changes.isEmpty
                    ? "Ask \(request.written(ask)): corsway's defaults allow it."
                    : "Then ask \(request.written(ask))."
            )
        }
        if !isTried, ask != nil || !changes.isEmpty {
            sentences.append("This was not tried, so that nothing is changed by it.")
        }
        return sentences
    }
}
