import Text

/// Checks the entries of an origin list and compiles what is right of it.
struct OriginList {
    /// The valid patterns, each once, with the index of its entry.
    private(set) var entries: [(index: Int, pattern: OriginPattern)] = []
    /// Whether the list is `*`.
    private(set) var isAny = false
    let path: String

    var patterns: [OriginPattern] { entries.map(\.pattern) }

    init(
        _ texts: [String],
        path: String,
        context: CORSPolicyContext,
        mayBeAny: Bool = false,
        findings: inout Findings
    ) {
        self.path = path
        var seen: Set<OriginPattern> = []
        for (index, text) in texts.enumerated() {
            if text == "*" {
                isAny = true
            } else if text == "null" {
                findings.refuse(
                    "\(path)[\(index)]",
                    #""null" is no origin that a list can hold: every sandboxed frame sends it."#,
                    mend: "Remove it; allowNullOrigin decides about it."
                )
            } else if let pattern = Self.read(text, "\(path)[\(index)]", context, &findings) {
                if seen.insert(pattern).inserted {
                    entries.append((index, pattern))
                } else {
                    findings.warn("\(path)[\(index)]", "\(text.quoted) is listed twice.", mend: "Remove it.")
                }
            }
        }
        if isAny { checkAny(texts, mayBeAny: mayBeAny, findings: &findings) }
        warnOfShadowedEntries(&findings)
    }

    private static func read(
        _ text: String,
        _ path: String,
        _ context: CORSPolicyContext,
        _ findings: inout Findings
    ) -> OriginPattern? {
        var reader = OriginPatternReader(text, asciiForm: context.canonicalHost)
        do throws(PatternFault) {
            return try reader.read()
        } catch {
            findings.refuse(path, error.message, mend: error.mend)
            return nil
        }
    }

    private func checkAny(_ texts: [String], mayBeAny: Bool, findings: inout Findings) {
        if !mayBeAny {
            findings.refuse(
                path,
                #""*" cannot stand in this list."#,
                mend: "Write origins, or leave the list empty."
            )
        } else if texts.contains(where: { $0 != "*" }) {
            findings.refuse(
                path,
                #""*" stands for every origin and cannot be mixed with others."#,
                mend: #"Remove "*", or everything else."#
            )
        } else if texts.count > 1 {
            findings.warn(path, #""*" is listed twice."#, mend: "Write it once.")
        }
    }

    private func warnOfShadowedEntries(_ findings: inout Findings) {
        // Only a wildcard covers another pattern, and most lists have few.
        let wildcards = patterns.filter { !$0.isExact }
        for (index, pattern) in entries {
            guard let wider = wildcards.first(where: { $0 != pattern && $0.covers(pattern) }) else {
                continue
            }
            findings.warn(
                "\(path)[\(index)]",
                "\(pattern.text.quoted) is covered by \(wider.text.quoted) already.",
                mend: "Remove it."
            )
        }
    }
}
