import TestSupport
import Testing

@Suite struct ContainerTests {
    @Test func `hadolint finds nothing to blame in the Dockerfile`() throws {
        let (exit, text) = try outcome(
            of: Repository.checker("hadolint"),
            ["--no-color", "--failure-threshold", "info", Repository.path("deploy/docker/Dockerfile")]
        )
        #expect(exit == .status(0) && text.isEmpty, "\(text)")
    }

    @Test func `the image runs by number, without a shell, and asks after its health`() throws {
        let text = try Repository.text(of: "deploy/docker/Dockerfile")
        let last = try #require(text.split(separator: "\nFROM ").last)
        #expect(last.hasPrefix("debian:bookworm-slim\n"))
        for line in [
            "\nUSER 65532:65532\n", "\nSTOPSIGNAL SIGTERM\n", "\nENTRYPOINT [\"/usr/bin/corsway\"]\n",
            "\nCMD [\"serve\", \"--config\", \"/etc/corsway/corsway.json\"]\n",
            "CMD [\"/usr/bin/corsway\", \"healthcheck\", \"--config\", \"/etc/corsway/corsway.json\"]\n",
        ] {
            #expect(last.contains(line), "\(line)")
        }
        for install in text.split(separator: "apt-get install").dropFirst() {
            #expect(install.hasPrefix(" -y --no-install-recommends"))
            #expect(install.contains("rm -rf /var/lib/apt/lists/*"))
        }
    }

    @Test func `only what the build needs goes to the builder`() throws {
        let lines = try Repository.text(of: "deploy/docker/Dockerfile.dockerignore").split(separator: "\n")
        #expect(lines == ["*", "!Package.swift", "!Sources", "!Tests", "!deploy/docker/corsway.json"])
    }

    @Test func `the manifests are what Kubernetes takes`() throws {
        // The kustomization is a matter of kubectl alone, and has no schema.
        let files = try Repository.files(in: "deploy/kubernetes", endingIn: ".yaml")
            .filter { !$0.hasSuffix("/kustomization.yaml") }
        #expect(files.count == 6)
        let (exit, text) = try outcome(
            of: Repository.checker("kubernetes-validate"),
            ["--strict", "--quiet"] + files
        )
        #expect(exit == .status(0) && text.isEmpty, "\(text)")
        let kustomization = try Repository.text(of: "deploy/kubernetes/kustomization.yaml")
        for file in files {
            #expect(kustomization.contains("  - \(file.split(separator: "/").last ?? "")\n"), "\(file)")
        }
    }

    @Test func `the configuration of the manifests is fine`() throws {
        let text = try Repository.text(of: "deploy/kubernetes/configmap.yaml")
        let body = try #require(text.split(separator: "  corsway.json: |\n").last)
        let folder = try TemporaryFolder()
        let file = try folder.write(String(body), to: "corsway.json")
        let (exit, output, error) = try CorswayProgram.run(
            ["check", file],
            environment: ["WEATHER_KEY": "k"]
        )
        #expect(exit == .status(0), "\(error)")
        #expect(error.isEmpty && output.contains("targets: none"), "\(output)\(error)")
    }

    @Test func `the pod has longer than the pause and the drain`() throws {
        let text = try Repository.text(of: "deploy/kubernetes/deployment.yaml")
        let configuration = try Repository.text(of: "deploy/kubernetes/configmap.yaml")
        let grace = text.firstMatch(of: /terminationGracePeriodSeconds: (\d+)/).flatMap { Int($0.1) }
        let pause = text.firstMatch(of: /sleep:\n +seconds: (\d+)/).flatMap { Int($0.1) }
        let drain = configuration.firstMatch(of: /"drainTimeout": "(\d+)s"/).flatMap { Int($0.1) }
        #expect(try #require(grace) > #require(pause) + #require(drain))
    }
}
