import Foundation
import TestSupport

/// The folder that the package's sources stand in, found from where this file stands.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The path of a file of the repository.
    static func path(_ name: String) -> String { "\(root)/\(name)" }

    /// The text of a file of the repository.
    static func text(of name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    /// A tool of the virtual environment that `scripts/install-dependencies test` makes.
    static func checker(_ name: String) -> String { path(".build/checkers/bin/\(name)") }

    /// The files of a folder of the repository, whole paths in order.
    static func files(in folder: String, endingIn suffix: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
            .filter { $0.hasSuffix(suffix) }.map { path("\(folder)/\($0)") }
    }
}

/// Runs a program to its end and returns all that it printed, with its exit status.
func outcome(
    of program: String,
    _ arguments: [String],
    environment: [String: String] = [:]
) throws -> (exit: ChildProcess.Exit, text: String) {
    let usual = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]
    let child = try ChildProcess(
        program,
        arguments,
        environment: usual.merging(environment) { _, new in new }
    )
    let exit = try child.exit(within: .seconds(120))
    return (exit, child.standardOutput + child.standardError)
}
