import Foundation

/// A headless Firefox of a test, driven by WebDriver BiDi; it ends with its owner.
package final class Firefox: Sendable {
    private let child: ChildProcess
    private let profile: TemporaryFolder
    private let driver: BiDi

    /// The program that `FIREFOX` names, or else the first of the usual names on the path; nil where there is none.
    package static var path: String? {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["FIREFOX"], !named.isEmpty {
            return FileManager.default.isExecutableFile(atPath: named) ? named : nil
        }
        return installedProgram(["firefox-esr", "firefox"])
    }

    private static let preferences: [(String, String)] = [
        ("browser.shell.checkDefaultBrowser", "false"),
        ("browser.startup.homepage_override.mstone", "\"ignore\""),
        ("datareporting.policy.dataSubmissionEnabled", "false"), ("toolkit.telemetry.enabled", "false"),
        ("app.update.auto", "false"), ("app.normandy.enabled", "false"), ("network.proxy.type", "0"),
        ("network.captive-portal-service.enabled", "false"),
        ("network.connectivity-service.enabled", "false"),
        ("services.settings.server", "\"data:,#remote-settings-dummy/v1\""),
        ("browser.safebrowsing.malware.enabled", "false"), ("browser.safebrowsing.phishing.enabled", "false"),
        ("extensions.systemAddon.update.enabled", "false"), ("browser.newtabpage.enabled", "false"),
        // Servers of the tests listen on 127.0.0.1 alone.
        ("network.dns.disableIPv6", "true"),
    ]

    /// - Parameter authority: A certificate in PEM that is trusted, as users have it done by certutil.
    package init(trusting authority: String? = nil) throws {
        guard let path = Firefox.path else { throw SocketError.ended("no Firefox is installed") }
        let profile = try TemporaryFolder()
        let lines = Firefox.preferences.map { "user_pref(\"\($0)\", \($1));\n" }
        try profile.write(lines.joined(), to: "user.js")
        if let authority { try trust(authority, in: profile.path) }
        let child = try ChildProcess(
            path,
            [
                "--headless", "--no-remote", "--profile", profile.path, "--remote-debugging-port", "0",
                "about:blank",
            ],
            environment: [
                "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": profile.path,
                "MOZ_CRASHREPORTER_DISABLE": "1",
            ]
        )
        var port: Int?
        try eventually("Firefox listens; \(child.standardError)", within: .seconds(60)) {
            if child.poll() != nil { throw SocketError.ended("firefox ended: \(child.standardError)") }
            port = child.standardError.firstMatch(of: /listening on ws:\/\/127\.0\.0\.1:(\d+)\s/)
                .flatMap { Int($0.1) }
            return port != nil
        }
        self.child = child
        self.profile = profile
        driver = try BiDi(port: port ?? 0)
    }

    /// Lets the browser end by itself, so that none of its processes is left to write into its folder.
    deinit {
        _ = Result {
            try driver.call("browser.close", [:])
            _ = try child.exit()
        }
    }

    /// Opens a URL in a tab of its own.
    package func openPage(_ url: String) throws -> FirefoxPage { try FirefoxPage(url, driver) }
}

/// One tab of a Firefox.
package final class FirefoxPage: BrowserTab {
    private let driver: BiDi
    private let context: String

    init(_ url: String, _ driver: BiDi) throws {
        self.driver = driver
        guard let made = try driver.call("browsingContext.create", ["type": "tab"])["context"] as? String
        else {
            throw SocketError.ended("Firefox made no tab")
        }
        context = made
        try navigate(to: url)
    }

    deinit {
        // Whether the browser is still there to close it makes no difference.
        _ = Result { try driver.call("browsingContext.close", ["context": context]) }
    }

    /// Goes to a URL and waits until its document is there.
    package func navigate(to url: String) throws {
        try driver.call("browsingContext.navigate", ["context": context, "url": url, "wait": "complete"])
    }

    package func evaluate(_ expression: String) throws -> String {
        let answer = try driver.call(
            "script.evaluate",
            [
                "expression": expression, "awaitPromise": true, "target": ["context": context],
                "userActivation": true,
            ]
        )
        if let failure = answer["exceptionDetails"] as? [String: Any] {
            throw SocketError.ended("\(failure["text"] ?? failure)")
        }
        return (answer["result"] as? [String: Any])?["value"] as? String ?? "undefined"
    }
}
