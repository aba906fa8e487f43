import Foundation
import Synchronization

/// What has to be killed when the test run ends before its owners let go of it.
private let running: Mutex<Set<pid_t>> = {
    atexit { for child in running.withLock({ $0 }) { kill(child, SIGKILL) } }
    return Mutex([])
}()

/// A program that a test started: its output in files, its end awaited, killed with its owner.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum Exit: Sendable, Equatable {
        case status(Int)
        case signal(Int)
    }

    package let identifier: pid_t
    private let folder: TemporaryFolder
    private let ended = Mutex<Exit?>(nil)

    /// Starts a program with exactly this environment.
    ///
    /// - Parameter inherited: Open descriptors, from 10 up, each with the number that the program has it under.
    package init(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        inherited: [(descriptor: Int32, number: Int32)] = []
    ) throws {
        let folder = try TemporaryFolder()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 1, "\(folder.path)/stdout", flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "\(folder.path)/stderr", flags, 0o600)
        for (descriptor, number) in inherited {
            posix_spawn_file_actions_adddup2(&actions, descriptor, number)
        }
        // Whatever else the tests have open at this moment is none of the program's.
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init)
        for number in open where number > 2 && !inherited.contains(where: { $0.number == number }) {
            posix_spawn_file_actions_addclose(&actions, number)
        }
        var attributes = posix_spawnattr_t()
        ChildProcess.restoreSignals(in: &attributes)
        defer { posix_spawnattr_destroy(&attributes) }

        var arguments = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, program, &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw SocketError.system("cannot start \(program)", code) }
        identifier = pid
        _ = running.withLock { $0.insert(pid) }
        self.folder = folder
    }

    deinit {
        guard poll() == nil else { return }
        kill(identifier, SIGKILL)
        waitpid(identifier, nil, 0)
        _ = running.withLock { $0.remove(identifier) }
    }

    /// A test runner may block or ignore signals; its children start with none blocked and none ignored.
    private static func restoreSignals(in attributes: inout posix_spawnattr_t) {
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var usual = sigset_t()
        sigemptyset(&usual)
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    package var standardOutput: String { folder.text(of: "stdout") }

    package var standardError: String { folder.text(of: "stderr") }

    package func send(signal: Int32) { kill(identifier, signal) }

    /// Waits for the end of the program.
    package func exit(within patience: Duration = Deadline.patience) throws -> Exit {
        try eventually("process \(identifier) ends", within: patience) { poll() != nil }
        return poll() ?? .status(-1)
    }

    /// How the program ended; nil while it runs.
    package func poll() -> Exit? {
        ended.withLock { ended in
            var status: Int32 = 0
            if ended == nil, waitpid(identifier, &status, WNOHANG) == identifier {
                let signal = Int(status & 0x7F)
                _ = running.withLock { $0.remove(identifier) }
                ended = signal == 0 ? .status(Int(status >> 8 & 0xFF)) : .signal(signal)
            }
            return ended
        }
    }
}

/// Runs a program to its end and returns its standard output.
@discardableResult
package func run(_ program: String, _ arguments: [String]) throws -> String {
    let child = try ChildProcess(
        program,
        arguments,
        environment: ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"]
    )
    guard try child.exit(within: .seconds(60)) == .status(0) else {
        throw SocketError.ended("\(program) \(arguments): \(child.standardError)")
    }
    return child.standardOutput
}
