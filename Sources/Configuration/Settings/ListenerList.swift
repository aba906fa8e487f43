import Text

/// The places where the proxy listens, as one object or as a list of them.
enum ListenerList {
    /// More than anybody needs; a list that grows without end is a fault of a template.
    static let maximumCount = 64
}

extension ValueFormat where Value == [ListenSettings] {
    /// One object, or a list of them; each is read over the defaults.
    static var listeners: Self {
        let one = ValueFormat<ListenSettings>.section(ListenSettings.section)
        return Self(
            schema: { _ in
                let object = one.schema(ListenSettings())
                return [
                    "anyOf": [
                        object,
                        [
                            "type": "array", "minItems": 1, "maxItems": .integer(ListenerList.maximumCount),
                            "items": object,
                        ],
                    ]
                ]
            },
            read: { value, listeners, reader in
                guard case .array(let elements) = value.content else {
                    var listen = ListenSettings()
                    one.read(value, &listen, &reader)
                    return listeners = [listen]
                }
                guard !elements.isEmpty else {
                    return reader.refuse(
                        value,
                        Fault("The list is empty.", mend: "Write { \"host\": …, \"port\": … }.")
                    )
                }
                guard elements.count <= ListenerList.maximumCount else {
                    return reader.refuse(
                        value,
                        Fault(
                            "The list is too long.",
                            mend: "At most \(ListenerList.maximumCount) are taken."
                        )
                    )
                }
                listeners = elements.enumerated().map { index, element in
                    var each = ListenSettings()
                    reader.within(index: index) { one.read(element, &each, &$0) }
                    return each
                }
            }
        )
    }
}
