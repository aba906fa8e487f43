/// A listening socket that the program was started with; it takes the place of one of `listen`.
public struct InheritedListener: Sendable, Equatable {
    /// Where it listens.
    public enum Place: Sendable, Equatable {
        case address(host: String, port: UInt16)
        case unix(String)
    }

    /// Its descriptor.
    public let number: Int32
    /// Where it listens.
    public let place: Place

    /// Makes one of its parts.
    public init(number: Int32, place: Place) {
        self.number = number
        self.place = place
    }
}
