import ArgumentParser
import Certificates
import Configuration
import Foundation
import IPAddresses

/// `corsway certs`.
struct CertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs",
        abstract: "Make certificates for https on this machine.",
        discussion: """
            Makes a certificate authority, and with it a certificate for localhost, *.localhost, 127.0.0.1, \
            ::1 and the hosts named, those of earlier calls too. Then says how to trust the authority, and \
            what to configure.

            The authority is good for these names and two years. A further name takes a new one, which has \
            to be trusted anew. Whoever has its key can pose as these names to those who trust it: it stays \
            in its folder, readable by you alone.

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
            // Refused before anything is written.
            _ = try names(["localhost"] + host)
            try folder.create()
            let kept = try kept(folder)
            try checkOwnership(of: folder, kept)
            let names = try names(Self.usual + earlier(folder) + host)
            let (authority, origin) = try authority(kept, for: names.map(\.name))
            if origin != .kept { try folder.write(authority.files(), folder.authority, folder.authorityKey) }
            try folder.write(authority.issue(for: names.map(\.name)), folder.certificate, folder.key)
            print(
                CertificateAdvice(
                    folder: folder,
                    origin: origin,
                    isConstrained: authority.isConstrained,
                    hosts: names.map(\.text)
                ).text
            )
        } catch let error as CertificateFolderError {
            throw failure(error.message)
        } catch let error as CertificateError {
            throw failure(error.message)
        }
    }

    private static let usual = ["localhost", "*.localhost", "127.0.0.1", "::1"]

    /// The names that the certificate of an earlier call is for, addresses as people write them.
    private func earlier(_ folder: CertificateFolder) throws -> [String] {
        guard !force, let certificate = try folder.text(of: folder.certificate) else { return [] }
        return try DevelopmentAuthority.names(in: certificate).map { text in
            IPAddress(text).map { "\($0)" } ?? text
        }
    }

    /// The names once each, in their order.
    private func names(
        _ texts: [String]
    ) throws(CertificateError) -> [(text: String, name: CertificateName)] {
        var names: [(text: String, name: CertificateName)] = []
        for text in texts {
            let name = try CertificateName(text) { IPAddress($0) != nil }
            if !names.contains(where: { $0.name == name }) { names.append((text, name)) }
        }
        return names
    }

    /// The authority that issues for some names: the one that was kept where it may, else a new one.
    private func authority(
        _ kept: DevelopmentAuthority?,
        for names: [CertificateName]
    ) throws(CertificateError) -> (DevelopmentAuthority, CertificateAdvice.Origin) {
        if let kept, try kept.permits(names) { return (kept, .kept) }
        let machine = ProcessInfo.processInfo.hostName
        return (try DevelopmentAuthority(machine: machine, names: names), kept == nil ? .new : .replaced)
    }

    /// The authority of an earlier call; nil where there is none, or it is to be replaced.
    private func kept(_ folder: CertificateFolder) throws -> DevelopmentAuthority? {
        let certificate = try folder.text(of: folder.authority)
        let key = try folder.text(of: folder.authorityKey)
        if force || certificate == nil && key == nil {
            return nil
        }
        guard let certificate, let key else {
            let missing = certificate == nil ? folder.authority : folder.authorityKey
            throw CertificateFolderError(
                "\"\(missing)\" is missing. Put it back, or make a new authority with --force."
            )
        }
        do throws(CertificateError) {
            return try DevelopmentAuthority(certificate: certificate, key: key)
        } catch {
            throw CertificateFolderError(
                "\(folder.authority): \(error.message) Make a new authority with --force."
            )
        }
    }

    private func checkOwnership(of folder: CertificateFolder, _ authority: DevelopmentAuthority?) throws {
        guard !force else { return }
        let certificate = try folder.text(of: folder.certificate)
        // A key alone is somebody's too.
        let hasKey = try folder.text(of: folder.key) != nil
        if certificate.map({ authority?.hasIssued($0) == true }) ?? !hasKey { return }
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
