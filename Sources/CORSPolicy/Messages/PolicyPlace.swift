/// Where the keys of a policy stand in the configuration: what hints tell people to change.
///
/// A route's policy has keys of its own, and shares the rest with the global one.
public struct PolicyPlace: Sendable, Hashable {
    /// Keys whose values are not lists: a route can set one without a loss.
    private static let flags: Set<String> = ["allowCredentials", "allowNullOrigin", "requireOrigin"]

    /// The path of the object, for example `routes[1].cors`.
    public let object: String
    /// The keys that it holds itself; nil where it is the global one.
    private let ownKeys: Set<String>?

    /// The global policy.
    public static let global = PolicyPlace(object: "cors", ownKeys: nil)

    /// The global policy where there is no file: what has a flag is told by its flag.
    public static let commandLine = PolicyPlace(object: "cors", ownKeys: nil, hasFile: false)

    /// The policy of a route, whose path is for example `routes[1].cors`, with the keys that it holds itself.
    public static func route(_ object: String, ownKeys: Set<String>) -> PolicyPlace {
        PolicyPlace(object: object, ownKeys: ownKeys)
    }

    /// Whether there is a file that can be changed.
    let hasFile: Bool

    private init(object: String, ownKeys: Set<String>?, hasFile: Bool = true) {
        self.object = object
        self.ownKeys = ownKeys
        self.hasFile = hasFile
    }

    /// The path of a key: in the object where it has that key, or gains by having it, else in the global one.
    ///
    /// A list that a route does not have would lose what the global one holds.
    public func path(of key: String) -> String {
        guard let ownKeys, !ownKeys.contains(key), !Self.flags.contains(key) else {
            return "\(object).\(key)"
        }
        return "\(Self.global.object).\(key)"
    }
}
