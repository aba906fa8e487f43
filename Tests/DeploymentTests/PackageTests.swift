import Foundation
import TestSupport
import Testing

@Suite struct PackageTests {
    private static let files = [
        "etc/corsway/corsway.json", "etc/logrotate.d/corsway", "usr/bin/corsway",
        "usr/lib/systemd/system/corsway.service", "usr/lib/systemd/system/corsway.socket",
        "usr/share/bash-completion/completions/corsway", "usr/share/corsway/config.schema.json",
        "usr/share/doc/corsway/README.md", "usr/share/doc/corsway/changelog.Debian.gz",
        "usr/share/doc/corsway/config.example.json", "usr/share/doc/corsway/copyright",
        "usr/share/doc/corsway/deploy/nginx/corsway.conf", "usr/share/doc/corsway/docs/configuration.md",
        "usr/share/fish/vendor_completions.d/corsway.fish", "usr/share/man/man1/corsway.1.gz",
        "usr/share/zsh/vendor-completions/_corsway",
    ]

    /// Built once for all of the tests.
    private static let package = Result { try DebianPackage() }

    @Test func `is installed, serves, is removed and leaves nothing when purged`() throws {
        let (package, root) = (try Self.package.get(), try FreshRoot())
        try root.dpkg(["--install", package.file])
        let installed = try root.files()
        for name in Self.files { #expect(installed.contains(name), "\(name)") }

        let documents = "\(root.path)/usr/share/doc/corsway"
        let pages = installed.filter { $0.hasPrefix("usr/share/doc/corsway/") && $0.hasSuffix(".md") }
        for page in pages { try expectLinksLead(from: "\(root.path)/\(page)", within: documents) }

        let program = "\(root.path)/usr/bin/corsway"
        let configuration = "\(root.path)/etc/corsway/corsway.json"
        #expect(try outcome(of: program, ["check", configuration]).exit == .status(0))
        try withExtendedLifetime(
            ChildProcess(program, ["serve", "--config", configuration, "--port", "0"])
        ) { child in
            var port: Int?
            try eventually("the installed program listens; \(child.standardError)") {
                port = child.standardOutput.firstMatch(of: /http:\/\/localhost:(\d+)\n/).flatMap {
                    Int($0.1)
                }
                return port != nil
            }
            let client = try RawClient(port: try #require(port))
            try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try client.readResponse(to: "GET").status == 200)
            child.send(signal: SIGTERM)
            #expect(try child.exit() == .status(0))
        }

        try root.dpkg(["--remove", "corsway"])
        #expect(try root.files() == ["etc/corsway/corsway.json", "etc/logrotate.d/corsway"])
        try Data("A=1\n".utf8).write(to: URL(fileURLWithPath: "\(root.path)/etc/corsway/environment"))
        try root.dpkg(["--purge", "corsway"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: root.path) == ["var"])
        #expect(try root.files().isEmpty)
    }

    /// Expects each relative link of a page to lead to a file of the package.
    private func expectLinksLead(from page: String, within folder: String) throws {
        let text = try String(contentsOfFile: page, encoding: .utf8)
        for link in text.matches(of: /\]\(([^)\s#]+)[^)\s]*\)/).map({ String($0.1) })
        where !link.contains("://") {
            let path = URL(fileURLWithPath: page).deletingLastPathComponent().appending(path: link)
                .standardized.path
            #expect(
                path.hasPrefix(folder) && FileManager.default.fileExists(atPath: path),
                "\(page): \(link)"
            )
        }
    }

    @Test func `has the same bytes each time`() throws {
        let (one, other) = (try Self.package.get(), try DebianPackage())
        #expect(FileManager.default.contentsEqual(atPath: one.file, andPath: other.file))
    }

    @Test func `names the version, what it needs, and the files that are the administrator's`() throws {
        let package = try Self.package.get()
        let version = try CorswayProgram.run(["--version"]).output.split(separator: " ").last ?? ""
        let control = try run("dpkg-deb", ["--field", package.file])
        #expect(control.contains("\nVersion: \(version.dropLast())-1\n"), "\(control)")
        let depends = control.split(separator: "\n").first { $0.hasPrefix("Depends: ") } ?? ""
        for library in ["libc6 ", "libcurl4", "libpsl5"] { #expect(depends.contains(library), "\(depends)") }
        let conffiles = try run("dpkg-deb", ["--info", package.file, "conffiles"])
        #expect(conffiles == "/etc/corsway/corsway.json\n/etc/logrotate.d/corsway\n")
        let contents = try package.describe("--contents")
        #expect(contents.split(separator: "\n").allSatisfy { $0.contains(" root/root ") })
        #expect(!contents.contains("usr/local") && !contents.contains(Repository.root))
    }

    @Test(arguments: ["deploy/debian/corsway.json", "deploy/docker/corsway.json"])
    func `a configuration that is shipped is fine, and no open relay`(name: String) throws {
        let (exit, output, error) = try CorswayProgram.run(["check", Repository.path(name)])
        #expect(exit == .status(0), "\(error)")
        let isLoopback = output.contains("listens on: 127.0.0.1:")
        #expect(isLoopback || output.contains("targets: none"), "\(output)")
        #expect(!(try Repository.text(of: name)).contains("acceptOpenRelay"))
    }
}
