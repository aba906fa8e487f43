import Foundation
import TestSupport

/// The Debian package, with the program that the tests run.
struct DebianPackage {
    let file: String
    private let folder: TemporaryFolder

    /// Builds it; the time of its contents is fixed.
    init() throws {
        folder = try TemporaryFolder()
        // Swift's tools are on nobody's usual path, but the program is built already.
        let (exit, text) = try outcome(
            of: Repository.path("scripts/build-package"),
            ["--program", try CorswayProgram.path(), "--output", folder.path, "--compression", "none"],
            environment: ["SOURCE_DATE_EPOCH": "1795219200"]
        )
        guard exit == .status(0), let line = text.split(separator: "\n").last else {
            throw SocketError.ended("build-package: \(text)")
        }
        file = String(line)
    }

    /// What `dpkg-deb` prints of it.
    func describe(_ option: String) throws -> String { try run("dpkg-deb", [option, file]) }
}

/// An empty file system with a package database of its own; root is not needed.
struct FreshRoot {
    private let folder: TemporaryFolder
    var path: String { folder.path }

    init() throws {
        folder = try TemporaryFolder()
        for name in ["info", "updates", "triggers", "alternatives"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/var/lib/dpkg/\(name)",
                withIntermediateDirectories: true
            )
        }
        for name in ["status", "available"] { try folder.write("", to: "var/lib/dpkg/\(name)") }
    }

    /// Runs `dpkg` on it.
    ///
    /// What the package depends on is not there: the host has it.
    func dpkg(_ arguments: [String]) throws {
        let options = ["--root=\(path)", "--log=/dev/null", "--force-script-chrootless", "--force-depends"]
        let (exit, text) = try outcome(of: "fakeroot", ["dpkg"] + options + arguments)
        guard exit == .status(0) else { throw SocketError.ended("dpkg \(arguments): \(text)") }
    }

    /// The files, as paths from its root, without the database.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
                && !isFolder.boolValue && !name.hasPrefix("var/lib/dpkg")
        }.sorted()
    }
}
