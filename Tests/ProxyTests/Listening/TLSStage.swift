import Foundation
import TestSupport

/// A proxy that speaks HTTPS with what `corsway certs` made, and clients for it.
final class TLSStage: Sendable {
    let folder: TemporaryFolder
    let proxy: ProxyProcess

    /// - Parameters:
    ///   - tls: The value of `listen.tls`; without one, the certificate of `corsway certs`.
    ///   - config: Further keys, each with a comma before it.
    init(_ config: String = "", tls: String? = nil, names: [String] = []) throws {
        folder = try TemporaryFolder()
        let made = try CorswayProgram.run(
            ["certs", "--out", folder.path] + names.flatMap { ["--host", $0] }
        )
        guard made.exit == .status(0) else { throw SocketError.ended(made.error) }
        let own =
            #"{"certificate": "\#(folder.path)/localhost.pem", "privateKey": "\#(folder.path)/localhost.key"}"#
        proxy = try ProxyProcess(#"{"listen": {"tls": \#(tls ?? own)}\#(config)}"#)
    }

    var authority: String { "\(folder.path)/corsway-ca.pem" }

    /// A URL in the prefix form.
    func url(_ target: String, host: String = "localhost") -> String {
        "https://\(host):\(proxy.port)/\(target)"
    }

    /// What curl prints of a request.
    func curl(_ arguments: String...) throws -> String {
        try run("curl", ["-sS", "--noproxy", "*", "--max-time", "60", "--cacert", authority] + arguments)
    }

    /// What `openssl s_client` prints, having sent a request for `/iscorsneeded`.
    func client(_ arguments: String...) throws -> String {
        let request = #"printf 'GET /iscorsneeded HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'"#
        let command =
            "openssl s_client -connect 127.0.0.1:\(proxy.port) -CAfile \(authority) -ign_eof "
            + arguments.joined(separator: " ")
        return try run("/bin/sh", ["-c", "\(request) | \(command) 2>&1 || true"])
    }
}
