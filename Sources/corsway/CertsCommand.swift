import ArgumentParser
import Certificates
import Configuration
import Foundation
import IPAddresses

/// `corsway certs`.
struct Certs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make certificates for https on this machine.",
        discussion: """
            Makes a certificate authority, once, and with it a certificate for localhost, *.localhost, \
            127.0.0.1, ::1 and the hosts named. Then says how to trust the authority, and what to configure.

            Whoever has the authority's key can pose as any site to those who trust it: it stays in its \
            folder, readable by you alone.

            EXAMPLES
              corsway certs
              corsway certs --host api.localhost --host 192.168.1.5
              corsway certs --out certs

            EXIT STATUS
              0 made, 2 not made: the message says why
            """
    )

    @Option(
        help: ArgumentHelp(
            "Where they are kept. (default: $XDG_DATA_HOME/corsway, or ~/.local/share/corsway)",
            valueName: "folder"
        )
    )
    var out: String?

    @Option(
        help: ArgumentHelp("A host or an address to be valid for too; repeat for more.", valueName: "name")
    )
    var host: [String] = []

    @Flag(help: "Replace the files in the folder, whoever made them, the authority's too.")
    var force = false

    func run() throws {
        do {
            let folder =
                try out.map { CertificateFolder(path: $0) } ?? .standard(ProcessInfo.processInfo.environment)
            let names = try names()
            try folder.create()
            let (authority, isNew) = try authority(folder)
            try checkOwnership(of: folder, authority)
            if isNew { try folder.write(authority.files(), folder.authority, folder.authorityKey) }
            try folder.write(authority.issue(for: names.map(\.name)), folder.certificate, folder.key)
            print(CertificateAdvice(folder: folder, isNew: isNew, hosts: names.map(\.text)).text)
        } catch let error as CertificateFolderError {
            throw failure(error.message)
        } catch let error as CertificateError {
            throw failure(error.message)
        }
    }

    private func names() throws(CertificateError) -> [(text: String, name: CertificateName)] {
        var names: [(text: String, name: CertificateName)] = []
        for text in ["localhost", "*.localhost", "127.0.0.1", "::1"] + host {
            let name = try CertificateName(text) { IPAddress($0) != nil }
            if !names.contains(where: { $0.name == name }) { names.append((text, name)) }
        }
        return names
    }

    private func authority(_ folder: CertificateFolder) throws -> (DevelopmentAuthority, isNew: Bool) {
        let certificate = try folder.text(of: folder.authority)
        let key = try folder.text(of: folder.authorityKey)
        if force || certificate == nil && key == nil {
            return (try DevelopmentAuthority(machine: ProcessInfo.processInfo.hostName), true)
        }
        guard let certificate, let key else {
            let missing = certificate == nil ? folder.authority : folder.authorityKey
            throw CertificateFolderError(
                "\"\(missing)\" is missing. Put it back, or make a new authority with --force."
            )
        }
        do throws(CertificateError) {
            return (try DevelopmentAuthority(certificate: certificate, key: key), false)
        } catch {
            throw CertificateFolderError(
                "\(folder.authority): \(error.message) Make a new authority with --force."
            )
        }
    }

    private func checkOwnership(of folder: CertificateFolder, _ authority: DevelopmentAuthority) throws {
        guard !force else { return }
        let certificate = try folder.text(of: folder.certificate)
        // A key alone is somebody's too.
        let hasKey = try folder.text(of: folder.key) != nil
        if certificate.map(authority.hasIssued) ?? !hasKey { return }
        let found = certificate == nil ? folder.key : folder.certificate
        throw CertificateFolderError(
            "\"\(found)\" is not from this authority. Choose another folder with --out, or replace it with --force."
        )
    }

    private func failure(_ message: String) -> ExitCode {
        printToStandardError("corsway: \(message)")
        return ExitStatus.configuration.code
    }
}
