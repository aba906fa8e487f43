import Text

extension FieldSection {
    /// The fields that are about one connection, whatever Connection says.
    ///
    /// - SeeAlso: RFC 9110 §7.6.1, RFC 7540 §3.2.1 (HTTP2-Settings).
    private static let hopByHopFields = KnownFieldSet([
        .connection, .http2Settings, .keepAlive, .proxyAuthenticate, .proxyAuthenticationInfo,
        .proxyAuthorization,
        .proxyConnection, .te, .trailer, .transferEncoding, .upgrade,
    ])

    /// Every name that Connection gives is compared with every unknown field, so they are bounded.
    private static let maximumUnknownNominations = 64

    /// Drops the fields that must not be forwarded, and those that Connection names.
    ///
    /// Host and Content-Length cannot be named: without them the message would be another one. Where Connection gives
    /// more than 64 names that are not known, all unknown fields are dropped.
    ///
    /// - SeeAlso: RFC 9110 §7.6.1.
    public mutating func removeHopByHopFields() {
        guard !present.isDisjoint(with: Self.hopByHopFields) else { return }
        var fields = Self.hopByHopFields
        var names: [Range<Int>] = []
        collectNominations(fields: &fields, names: &names)
        removeLines { bytes, line in
            if fields.contains(line.field) { return true }
            guard line.field == .other else { return false }
            let name = bytes.span.extracting(line.nameRange)
            return names.contains { name.equalsIgnoringCase(bytes.span.extracting($0)) }
        }
    }

    /// Adds what Connection names: known fields to `fields`, the places of other names to `names`.
    private func collectNominations(fields: inout KnownFieldSet, names: inout [Range<Int>]) {
        guard contains(.connection) else { return }
        for line in lines where line.field == .connection {
            for element in FieldElements(of: line, in: bytes) {
                switch FieldNameTable.shared.field(named: bytes.span.extracting(element)) {
                case .host, .contentLength: break
                case .other where names.count < Self.maximumUnknownNominations: names.append(element)
                // Among them `other`, once there are too many names: it stands for all unknown fields.
                case let field: fields.insert(field)
                }
            }
        }
    }
}
