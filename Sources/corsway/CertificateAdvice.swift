import Foundation

/// What `corsway certs` says: what was made, how to trust it, what to configure.
struct CertificateAdvice {
    let folder: CertificateFolder
    let isNew: Bool
    let hosts: [String]

    var text: String {
        let authority = Self.absolute(folder.authority)
        return """
            \(isNew ? "Made an authority" : "Kept the authority"): \(authority)
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
