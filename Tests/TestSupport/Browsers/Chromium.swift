import Foundation

/// A headless Chromium of a test, driven over its DevTools pipe; it ends with its owner.
package final class Chromium: Sendable {
    private let child: ChildProcess
    private let profile: TemporaryFolder
    let tools: DevTools

    /// The program that `CHROMIUM` names, or else the first of the usual names on the path; nil where there is none.
    package static var path: String? {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["CHROMIUM"], !named.isEmpty {
            return FileManager.default.isExecutableFile(atPath: named) ? named : nil
        }
        return installedProgram(["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
    }

    /// Names below these two resolve to this machine; all others to nothing.
    private static let resolverRules =
        "MAP *.localhost 127.0.0.1, MAP *.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

    /// - Parameter authority: A certificate in PEM that is trusted, as users have it done by certutil.
    package init(trusting authority: String? = nil) throws {
        guard let path = Chromium.path else { throw SocketError.ended("no Chromium is installed") }
        profile = try TemporaryFolder()
        if let authority { try trust(authority, in: "\(profile.path)/.pki/nssdb") }
        let (ours, theirs) = try Socket.pair()
        defer { Glibc.close(theirs) }
        var arguments = [
            "--headless", "--remote-debugging-pipe", "--user-data-dir=\(profile.path)",
            "--host-resolver-rules=\(Chromium.resolverRules)", "--no-proxy-server", "--no-first-run",
            "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync",
            "--disable-component-update", "--disable-background-networking", "--disable-default-apps",
            "--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--mute-audio",
            "--disable-popup-blocking",
        ]
        // Its sandbox refuses to run as root, as containers do; the pages are the tests' own.
        if getuid() == 0 { arguments.append("--no-sandbox") }
        child = try ChildProcess(
            path,
            arguments + ["about:blank"],
            environment: [
                "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": profile.path,
            ],
            inherited: [(theirs, 3), (theirs, 4)]
        )
        tools = DevTools(ours)
    }

    /// Lets the browser end by itself, so that none of its processes is left to write into its folder.
    deinit {
        _ = Result {
            _ = try tools.call("Browser.close", as: DevTools.Nothing.self)
            _ = try child.exit()
        }
    }

    /// Opens a URL in a tab that shares neither cookies nor caches with any other.
    package func openPage(_ url: String) throws -> BrowserPage { try BrowserPage(url, in: self) }
}
