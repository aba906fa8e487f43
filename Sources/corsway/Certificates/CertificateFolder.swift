import Certificates
import Foundation

/// The folder in which `corsway certs` keeps an authority and the certificate that it issued last.
struct CertificateFolder {
    let path: String

    var authority: String { "\(path)/corsway-ca.pem" }
    var authorityKey: String { "\(path)/corsway-ca.key" }
    var certificate: String { "\(path)/localhost.pem" }
    var key: String { "\(path)/localhost.key" }

    /// `$XDG_DATA_HOME/corsway`, which is `~/.local/share/corsway` where nothing else is set.
    static func standard(_ environment: [String: String]) throws(CertificateFolderError) -> CertificateFolder
    {
        // The XDG specification has relative paths ignored.
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
            return CertificateFolder(path: "\(data)/corsway")
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw CertificateFolderError("HOME is not set. Name a folder with --out.")
        }
        return CertificateFolder(path: "\(home)/.local/share/corsway")
    }

    /// Makes the folder, and those that it is in, so that their owner alone may write to them.
    ///
    /// Whoever may write to it could put an authority of their own in the place of the one that is trusted.
    func create() throws(CertificateFolderError) {
        let before = umask(0o022)
        umask(before | 0o022)
        defer { umask(before) }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CertificateFolderError("\"\(path)\" cannot be made. Name another folder with --out.")
        }
    }

    /// The text of a file, nil where there is none.
    func text(of file: String) throws(CertificateFolderError) -> String? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw CertificateFolderError("\"\(file)\" cannot be read.")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a certificate with its key, which nobody else may read at any moment.
    func write(_ files: DevelopmentAuthority.Files, _ certificate: String, _ key: String)
        throws(CertificateFolderError)
    {
        try write(files.key, to: key, mode: 0o600)
        try write(files.certificate, to: certificate, mode: 0o644)
    }

    private func write(_ text: String, to file: String, mode: Int) throws(CertificateFolderError) {
        let before = umask(0o077)
        defer { umask(before) }
        do {
            // A new file has the mask's mode; an old one would pass on its own.
            if mode == 0o600, FileManager.default.fileExists(atPath: file) {
                try FileManager.default.removeItem(atPath: file)
            }
            try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        } catch {
            throw CertificateFolderError("\"\(file)\" cannot be written.")
        }
    }
}

/// Why certificates could not be kept in a folder.
struct CertificateFolderError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
