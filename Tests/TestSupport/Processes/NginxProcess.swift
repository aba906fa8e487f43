/// A real nginx with a generated configuration, serving the files of a temporary folder.
package final class NginxProcess: Sendable {
    private let child: ChildProcess
    private let folder: TemporaryFolder
    package let port: Int
    private let scheme: String

    /// Starts nginx with the files below `/`, and with TLS where a certificate is given.
    ///
    /// `server` holds directives of the server block beside its `listen` and `root`, `http` those beside that block.
    /// With `offersHTTP2` it chooses h2 for clients that offer it by ALPN.
    package init(
        files: [String: [UInt8]] = [:],
        server: String = "",
        http: String = "",
        certificate: Certificate? = nil,
        offersHTTP2: Bool = false
    ) throws {
        let folder = try TemporaryFolder()
        for (name, bytes) in files { try folder.write(bytes, to: name) }
        var started: (ChildProcess, Int)?
        for _ in 1...5 where started == nil {
            started = try NginxProcess.start(
                in: folder,
                server: server,
                http: http,
                certificate: certificate,
                offersHTTP2: offersHTTP2
            )
        }
        guard let (child, port) = started else { throw SocketError.ended("nginx: no free port") }
        self.child = child
        self.port = port
        self.folder = folder
        scheme = certificate == nil ? "http" : "https"
    }

    /// Starts nginx on a port that was free; nil when somebody else was quicker.
    private static func start(
        in folder: TemporaryFolder,
        server: String,
        http: String,
        certificate: Certificate?,
        offersHTTP2: Bool
    ) throws -> (ChildProcess, Int)? {
        let port = try freePort()
        let path = folder.path
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(path)/tmp-\($0);" }
            .joined(separator: "\n")
        let options = (certificate == nil ? "" : " ssl") + (offersHTTP2 ? " http2" : "")
        var tls = ""
        if let certificate {
            tls = "ssl_certificate \(certificate.chain); ssl_certificate_key \(certificate.key);"
        }
        let file = try folder.write(
            """
            daemon off; master_process off; pid \(path)/nginx.pid; error_log stderr;
            events { worker_connections 512; }
            http {
                access_log off; \(temporary)
                types { text/plain txt; text/html html; application/json json; }
                default_type application/octet-stream;
                \(http)
                server { listen 127.0.0.1:\(port)\(options); root \(path); \(tls) \(server) }
            }
            """,
            to: "nginx.conf"
        )
        let child = try ChildProcess(
            "nginx",
            ["-e", "stderr", "-p", path, "-c", file],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        )
        var isListening = false
        try eventually("nginx listens; \(child.standardError)") {
            if case .success = Result(catching: { try Socket.connect(to: port) }) { isListening = true }
            return isListening || child.poll() != nil
        }
        if child.poll() == nil { return (child, port) }
        guard child.standardError.contains("Address already in use") else {
            throw SocketError.ended("nginx ended: \(child.standardError)")
        }
        return nil
    }

    package func url(_ path: String) -> String { "\(scheme)://localhost:\(port)\(path)" }

    /// Asks nginx itself, past the proxy; only without TLS.
    package func request(_ method: String = "GET", _ path: String, _ fields: [String] = []) throws
        -> RawResponse
    {
        let client = try RawClient(port: port)
        let lines = ["\(method) \(path) HTTP/1.1", "Host: localhost:\(port)"] + fields
        try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        return try client.readResponse(to: method)
    }
}
