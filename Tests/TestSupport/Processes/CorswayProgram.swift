import Foundation

/// The built `corsway` binary.
package enum CorswayProgram {
    /// A clean environment: no proxy variables, no HOST, no PORT.
    static let environment = [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent",
    ]

    /// The binary beside the test bundle; `CORSWAY_BINARY` names another one.
    package static func path() throws -> String {
        if let named = ProcessInfo.processInfo.environment["CORSWAY_BINARY"] { return named }
        let bundles = CommandLine.arguments + ["/proc/self/exe"]
        for bundle in bundles {
            let folder = URL(fileURLWithPath: bundle).resolvingSymlinksInPath().deletingLastPathComponent()
            let candidate = folder.appendingPathComponent("corsway").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        throw SocketError.ended("no corsway binary beside \(bundles)")
    }

    /// Runs `corsway` to its end.
    package static func run(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> (exit: ChildProcess.Exit, output: String, error: String) {
        let child = try ChildProcess(
            path(),
            arguments,
            environment: Self.environment.merging(environment) { _, new in new }
        )
        let exit = try child.exit()
        return (exit, child.standardOutput, child.standardError)
    }
}
