import Foundation
import TestSupport
import Testing

@Suite struct ServiceUnitTests {
    private static let unit = Repository.path("deploy/systemd/corsway.service")

    /// The release of systemd.
    private static func release() throws -> Int {
        let text = try run("systemd-analyze", ["--version"])
        return try #require(text.firstMatch(of: /systemd (\d+)/).flatMap { Int($0.1) })
    }

    @Test func `systemd finds the service exposed below 2.0`() throws {
        // Release 249, of Ubuntu 22.04, judges units of a running system only; the next test holds there too.
        guard try Self.release() >= 250 else { return }
        let (exit, text) = try outcome(
            of: "systemd-analyze",
            ["security", "--offline=true", "--threshold=20", "--no-pager", Self.unit]
        )
        #expect(exit == .status(0), "\(text)")
        let level = text.firstMatch(of: /Overall exposure level for corsway.service: ([0-9.]+)/)
        #expect(try #require(level.flatMap { Double($0.1) }) < 2)
    }

    @Test func `the service has no privilege, and writes nothing but its own folders`() throws {
        let lines = try Repository.text(of: "deploy/systemd/corsway.service").split(separator: "\n")
        for line in [
            "DynamicUser=yes", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes",
            "PrivateTmp=yes",
            "PrivateDevices=yes", "PrivateUsers=yes", "CapabilityBoundingSet=", "AmbientCapabilities=",
            "MemoryDenyWriteExecute=yes", "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
            "RestrictNamespaces=yes", "SystemCallArchitectures=native", "SystemCallFilter=@system-service",
            "SystemCallFilter=~@privileged @resources", "LogsDirectory=corsway", "Type=notify",
        ] {
            #expect(lines.contains(Substring(line)), "\(line)")
        }
        #expect(!lines.contains { $0.hasPrefix("ReadWritePaths=") })
    }

    @Test(arguments: ["corsway.service", "corsway.socket"])
    func `systemd understands each line of`(name: String) throws {
        let folder = try TemporaryFolder()
        // The socket's service has to be found beside it, and its program has to be there.
        for name in ["corsway.service", "corsway.socket"] {
            let text = try Repository.text(of: "deploy/systemd/\(name)")
                .replacing("/usr/bin/corsway", with: try CorswayProgram.path())
                .replacing(/Documentation=.*\n/, with: "")
            try folder.write(text, to: name)
        }
        let (_, text) = try outcome(
            of: "systemd-analyze",
            ["verify", "\(folder.path)/\(name)"],
            environment: ["SYSTEMD_UNIT_PATH": "\(folder.path):"]
        )
        // Other units of the machine may have faults of their own.
        let complaints = text.split(separator: "\n").filter { $0.contains("corsway.") }
        #expect(complaints.isEmpty, "\(text)")
    }

    @Test func `the time to stop is longer than the time to drain`() throws {
        let text = try Repository.text(of: "deploy/systemd/corsway.service")
        let stop = try #require(text.firstMatch(of: /TimeoutStopSec=(\d+)/).flatMap { Int($0.1) })
        let schema = try CorswayProgram.run(["schema", "--format", "markdown"]).output
        let drain = try #require(schema.firstMatch(of: /`drainTimeout` .* `"(\d+)s"`/).flatMap { Int($0.1) })
        #expect(stop > drain)
    }
}
