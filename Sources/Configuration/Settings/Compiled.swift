/// What a check has compiled of other settings: it says nothing new, so that any two compare as equal.
public struct Compiled<Value: Sendable>: Sendable, Equatable {
    /// What came of it.
    public let value: Value

    init(_ value: Value) {
        self.value = value
    }

    /// True: the settings that it was made of are compared.
    public static func == (left: Compiled, right: Compiled) -> Bool { true }
}
