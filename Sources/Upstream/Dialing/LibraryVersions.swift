import CCurl

/// The versions of the libraries that the program runs with.
public enum LibraryVersions {
    /// libcurl's, for example `7.88.1`.
    public static var curl: String {
        guard let info = unsafe corsway_version_info(), let text = unsafe info.pointee.version
        else { return "unknown" }
        return unsafe String(cString: text)
    }

    /// That of the library by which libcurl speaks TLS, for example `OpenSSL/3.0.15`.
    public static var tls: String {
        guard let info = unsafe corsway_version_info(), let text = unsafe info.pointee.ssl_version
        else { return "none" }
        return unsafe String(cString: text)
    }
}
