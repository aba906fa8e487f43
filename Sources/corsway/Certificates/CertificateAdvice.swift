import Foundation

/// What `corsway certs` says: what was made, how to trust it, what to configure.
struct CertificateAdvice {
    let folder: CertificateFolder
    let origin: Origin
    /// Whether the authority can issue for some names only; those of earlier versions could for all.
    let isConstrained: Bool
    let hosts: [String]

    /// Where the authority comes from.
    enum Origin {
        case new
        case kept
        /// The one before may not issue for all the names.
        case replaced
    }

    var text: String {
        let authority = Self.absolute(folder.authority)
        return """
            \(made): \(authority)
            Made a certificate for \(hosts.joined(separator: ", "))

            Trust the authority, once on each machine:
              Debian, Ubuntu    sudo cp \(shell(authority)) /usr/local/share/ca-certificates/corsway-ca.crt && sudo update-ca-certificates
              Chrome on Linux   certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n corsway -i \(shell(authority))
              Firefox           Settings, Privacy & Security, View Certificates, Authorities, Import
              macOS             sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain \(shell(authority))
              Windows           certutil -addstore -f ROOT corsway-ca.pem
              curl, Node.js     curl --cacert \(shell(authority)) …, NODE_EXTRA_CA_CERTS=\(shell(authority))

            Configure:
              {
                "listen": {
                  "port": 8443,
                  "tls": {
                    "certificate": "\(json(folder.certificate))",
                    "privateKey": "\(json(folder.key))"
                  }
                }
              }
            """
    }

    private var made: String {
        switch origin {
        case .new: "Made an authority"
        case .kept where isConstrained: "Kept the authority"
        case .kept: "Kept the authority, which may issue for any name (--force makes one that may not)"
        case .replaced: "Made a new authority, to be trusted anew (the one before is not for all these names)"
        }
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    private func json(_ path: String) -> String {
        Self.absolute(path).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    private func shell(_ path: String) -> String {
        let isPlain = path.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+".contains($0)) }
        return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}
