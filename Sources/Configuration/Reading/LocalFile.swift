import Foundation
import Text

/// A file of this machine that the configuration is, or names.
struct LocalFile: Sendable, Hashable {
    /// Its name as the user gave it.
    let name: String
    /// The folder that relative paths inside it start from; empty for the current one, else it ends in `/`.
    let folder: String
    let bytes: [UInt8]

    /// Makes a file that is in memory already.
    init(name: String, bytes: [UInt8]) {
        self.name = name
        folder = String(name[..<(name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex)])
        self.bytes = bytes
    }

    /// Reads a whole file.
    ///
    /// - Throws: a `Fault` where it cannot be read, or holds more than `maximumBytes`.
    init(reading name: String, maximumBytes: Int) throws(Fault) {
        self.init(name: name, bytes: try Self.contents(of: name, maximumBytes: maximumBytes))
    }

    /// The path of a file that this one names.
    func path(of name: String) -> String {
        name.hasPrefix("/") ? name : folder + name
    }

    private static func contents(of path: String, maximumBytes: Int) throws(Fault) -> [UInt8] {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Fault("There is no file \(path.quoted).", mend: "Correct the path.")
        }
        if FileManager.default.fileExists(atPath: path + "/.") {
            throw Fault("\(path.quoted) is a folder.", mend: "Name a file.")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Fault("\(path.quoted) cannot be opened.", mend: "Let the program's user read it.")
        }
        var bytes: [UInt8] = []
        do {
            // A pipe hands out its contents piece by piece.
            while let piece = try handle.read(upToCount: maximumBytes + 1 - bytes.count), !piece.isEmpty {
                bytes += piece
                if bytes.count > maximumBytes { break }
            }
        } catch {
            throw Fault("\(path.quoted) cannot be read.")
        }
        guard bytes.count <= maximumBytes else {
            throw Fault("\(path.quoted) is larger than \(maximumBytes.sizeText).", mend: "Make it smaller.")
        }
        return bytes
    }
}
