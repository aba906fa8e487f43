import TestSupport
import Testing

@Suite struct ManualTests {
    @Test func `the manual page is well-formed and knows every command and option`() throws {
        let folder = try TemporaryFolder()
        let page = try run(
            Repository.path("scripts/write-manual"),
            [CorswayProgram.path(), "2026-11-21"]
        )
        let file = try folder.write(page, to: "corsway.1")
        let (exit, complaints) = try outcome(of: "mandoc", ["-Tlint", "-Wwarning", file])
        #expect(exit == .status(0), "\(complaints)")

        let text = try run("mandoc", ["-Tascii", "-Owidth=200", file]).withoutOverstrikes
        for heading in ["NAME", "SYNOPSIS", "DESCRIPTION", "FILES", "EXIT STATUS", "EXAMPLES", "SEE ALSO"] {
            #expect(text.contains("\n\(heading)\n"), "\(heading)")
        }
        for command in try CorswayProgram.commands() {
            #expect(text.contains("   corsway \(command)\n"), "\(command)")
            let (_, help, _) = try CorswayProgram.run([command, "--help"])
            let options = help.matches(of: /\n +(?:-\w, )?(--[a-z-]+)/).map { String($0.1) }
            for option in options where !["--help", "--version"].contains(option) {
                #expect(text.contains(option), "\(command) \(option)")
            }
        }
    }

    @Test func `bash completes commands and options`() throws {
        let folder = try TemporaryFolder()
        let script = try CorswayProgram.run(["--generate-completion-script", "bash"]).output
        try folder.write(script, to: "corsway")
        for (line, due) in [
            ("corsway sch", "schema"), ("corsway serve --conf", "--config"), ("corsway --conf", "--config"),
            ("corsway --allow-t", "--allow-target"), ("corsway --port 1 --wat", "--watch"),
            ("corsway --vers", "--version"),
        ] {
            let words = line.split(separator: " ").map { "'\($0)'" }.joined(separator: " ")
            let (_, text) = try outcome(
                of: "bash",
                [
                    "-c",
                    """
                    shopt -s extglob; source \(folder.path)/corsway
                    COMP_WORDS=(\(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                    COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9
                    _corsway corsway "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """,
                ]
            )
            #expect(
                text.split(separator: "\n").map { $0.trimming(" ") }.contains(due[...]),
                "\(line): \(text)"
            )
        }
    }
}

extension CorswayProgram {
    /// The names of the commands, as `--help` has them.
    fileprivate static func commands() throws -> [String] {
        let (_, help, _) = try run(["--help"])
        let list = help.split(separator: "SUBCOMMANDS:\n").last ?? ""
        return list.matches(of: /(?m)^\x20{2}([a-z]+)\x20/).map { String($0.1) }
    }
}

extension String {
    /// The text without the bold and underlined letters of a typewriter.
    fileprivate var withoutOverstrikes: String { replacing(/.\x08/, with: "") }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var text = self
        while text.last == character { text.removeLast() }
        return text
    }
}
