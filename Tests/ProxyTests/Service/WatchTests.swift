import Foundation
import TestSupport
import Testing

/// `--watch`: a configuration that is loaded again when it changes.
@Suite struct WatchTests {
    private func proxy(_ config: String = #"{"prefix": {"enabled": false}}"#) throws -> ProxyProcess {
        try ProxyProcess(config, ProxyProcess.Launch(arguments: ["--port", "0", "--watch"]))
    }

    private func serves(_ proxy: ProxyProcess, _ status: Int) throws {
        try eventually("the status \(status); \(proxy.child.standardOutput)") {
            try proxy.request("GET", "http://127.0.0.1:2/").status == status
        }
    }

    @Test func `a file that is written over is loaded again`() throws {
        let proxy = try proxy()
        try serves(proxy, 404)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(proxy.folder.path)/config.json"))
        try serves(proxy, 502)
    }

    @Test func `a file that an editor renames over the old one is loaded again`() throws {
        let proxy = try proxy()
        for (text, status) in [("{}", 502), (#"{"prefix": {"enabled": false}}"#, 404), ("{}", 502)] {
            try proxy.folder.write(text, to: "config.json~")
            #expect(
                rename("\(proxy.folder.path)/config.json~", "\(proxy.folder.path)/config.json") == 0
            )
            try serves(proxy, status)
        }
    }

    @Test func `a folder that is swapped by a link is noticed, as Kubernetes does it`() throws {
        let folder = try TemporaryFolder()
        let manager = FileManager.default
        for (name, text) in [("1", #"{"prefix": {"enabled": false}}"#), ("2", "{}")] {
            try manager.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
            try folder.write(text, to: "\(name)/config.json")
        }
        func link(_ name: String, to target: String) throws {
            try manager.createSymbolicLink(atPath: "\(folder.path)/\(name)", withDestinationPath: target)
        }
        try link("..data", to: "1")
        try link("config.json", to: "..data/config.json")
        let launch = ProxyProcess.Launch(
            arguments: ["--config", "\(folder.path)/config.json", "--port", "0", "--watch"]
        )
        let proxy = try ProxyProcess(nil, launch)
        try serves(proxy, 404)
        try link("..new", to: "2")
        #expect(rename("\(folder.path)/..new", "\(folder.path)/..data") == 0)
        try serves(proxy, 502)
    }

    @Test func `a secret's file that changes is loaded again`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.values(of: "X-Key").joined()) }
        let folder = try TemporaryFolder()
        let key = try folder.write("first", to: "key")
        let proxy = try proxy(
            #"{"routes": [{"path": "/r/", "target": "\#(upstream.url())", "#
                + #""request": {"setHeaders": {"X-Key": "${file:\#(key)}"}}}]}"#
        )
        #expect(try proxy.request("GET", "r/").text == "first")
        try folder.write("second", to: "key")
        try eventually("the new key") { try proxy.request("GET", "r/").text == "second" }
    }

    @Test func `a broken file leaves the old in force, and its repair is noticed`() throws {
        let proxy = try proxy()
        try proxy.folder.write("{", to: "config.json")
        _ = try proxy.logLines(with: "stays in force")
        try serves(proxy, 404)
        try proxy.folder.write("{}", to: "config.json")
        try serves(proxy, 502)
    }

    @Test func `what changes nothing loads nothing`() throws {
        let proxy = try proxy("{}")
        try proxy.folder.write("x", to: "other")
        try proxy.folder.write("{}", to: "config.json")
        try proxy.folder.write(#"{"prefix": {"enabled": false}}"#, to: "config.json")
        try serves(proxy, 404)
        #expect(try proxy.logLines(with: "loaded again").count == 1)
    }

    @Test func `without --watch a change waits for SIGHUP`() throws {
        let proxy = try ProxyProcess(#"{"prefix": {"enabled": false}}"#)
        try proxy.folder.write("{}", to: "config.json")
        for _ in 0..<50 { try serves(proxy, 404) }
        proxy.child.send(signal: SIGHUP)
        try serves(proxy, 502)
    }

    @Test func `--watch without a file is bad usage`() throws {
        let (exit, _, error) = try CorswayProgram.run(["serve", "--watch"])
        #expect(exit == .status(2))
        #expect(error.contains("--config"))
    }
}
