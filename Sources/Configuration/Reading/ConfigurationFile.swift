import Foundation

/// A file that a configuration was loaded from: its own, or one that it names.
public struct ConfigurationFile: Sendable, Hashable {
    /// What a change of it is good for.
    public enum Kind: Sendable, Hashable {
        /// It counts from the next reload on.
        case setting
        /// It is renewed by other programs, again and again: a change is to be taken up at once.
        case certificate
    }

    /// The longest configuration that is read, its own text.
    static let maximumBytes = 4 << 20

    /// As it can be opened: absolute, or relative to the current folder.
    public let path: String
    /// What a change of it is good for.
    public let kind: Kind
    /// Stands for what it held, within this process; nil where it could not be read.
    public let digest: Int?

    /// Looks at a file before its contents are taken, so that a change in between is seen later.
    public init(_ path: String, _ kind: Kind = .setting) {
        self.path = path
        self.kind = kind
        digest = Self.digest(of: path)
    }

    /// The same file as it is now.
    public var renewed: ConfigurationFile { ConfigurationFile(path, kind) }

    /// A hash, so that secrets are not kept; nil for what is no plain file, such as a pipe: it can be read once.
    private static func digest(of path: String) -> Int? {
        do {
            let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            let type = try FileManager.default.attributesOfItem(atPath: target)[.type]
            guard type as? FileAttributeType == .typeRegular else { return nil }
            return try LocalFile(reading: path, maximumBytes: 16 << 20).bytes.hashValue
        } catch {
            return nil
        }
    }
}
