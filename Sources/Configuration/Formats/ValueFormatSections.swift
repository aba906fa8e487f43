extension ValueFormat {
    /// An object of known keys whose defaults stand elsewhere: the schema shows none.
    static func inheriting(_ section: Section<Value>) -> Self {
        Self(schema: { section.schema($0).withoutDefaults }, read: section.read)
    }

    /// An object of known keys, or null for none; the object is read over `start`.
    static func optional<Object>(
        _ section: Section<Object>,
        from start: Object
    ) -> Self where Value == Object? {
        Self(
            schema: { _ in ["anyOf": [section.schema(start), ["type": "null"]], "default": .null] },
            read: { value, result, reader in
                guard value.content != .null else { return result = nil }
                var object = start
                section.read(value, into: &object, &reader)
                result = object
            }
        )
    }

    /// A list of objects of known keys, each read over `start`.
    static func list<Object>(
        of section: Section<Object>,
        from start: Object
    ) -> Self where Value == [Object] {
        Self(
            schema: { _ in ["type": "array", "items": section.schema(start), "default": []] },
            read: { value, result, reader in
                guard case .array(let elements) = value.content else {
                    return reader.refuseType(of: value, due: "a list of objects")
                }
                result = elements.enumerated().map { index, element in
                    var object = start
                    reader.within(index: index) { section.read(element, into: &object, &$0) }
                    return object
                }
            }
        )
    }
}
