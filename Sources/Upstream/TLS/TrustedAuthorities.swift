import CCurl
import COpenSSL
import Sockets

/// The authorities that certificates of upstreams are verified by: an X509_STORE, parsed once.
///
/// OpenSSL counts its references and locks it by itself, so that the handshakes of all shards share one.
@safe
final class TrustedAuthorities: Sendable {
    /// Of an X509_STORE, valid as long as this object.
    private let address: UInt

    /// Reads and parses files, which takes milliseconds for each hundred authorities.
    ///
    /// - Returns: nil where one cannot be read, or where there is no memory.
    init?(_ files: TrustFiles) {
        guard let store = unsafe X509_STORE_new() else { return nil }
        address = UInt(bitPattern: store)
        // As libcurl has it: an intermediate authority that is in the file is trusted by itself.
        let flags = UInt(X509_V_FLAG_TRUSTED_FIRST) | UInt(X509_V_FLAG_PARTIAL_CHAIN)
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard unsafe X509_STORE_set_flags(store, flags) == 1 else { return nil }
        if let file = files.file, unsafe X509_STORE_load_file(store, file) != 1 { return nil }
        // A folder of certificates is not read here: OpenSSL looks into it for what is not in the file.
        if let folder = files.folder, unsafe X509_STORE_load_path(store, folder) != 1 { return nil }
    }

    deinit {
        unsafe X509_STORE_free(OpaquePointer(bitPattern: address))
    }

    /// Has the connections of a context verified by these authorities, and by no others.
    ///
    /// - Returns: Whether OpenSSL did so.
    func verify(connectionsOf context: OpaquePointer) -> Bool {
        guard let store = unsafe OpaquePointer(bitPattern: address) else { return false }
        // Not the context's own store, which libcurl fills, and which it puts aside for other connections.
        return unsafe corsway_context_verify_by(context, store) == 1
    }
}

/// Where authorities are read from.
struct TrustFiles: Sendable, Hashable {
    /// A PEM file.
    let file: String?
    /// A folder of PEM files, each named after the hash of its subject.
    let folder: String?

    /// Those of one PEM file alone, or the system's where there is none.
    init(file: String?) {
        guard file == nil else {
            self.file = file
            folder = nil
            return
        }
        let defaults = unsafe corsway_version_info()
        self.file = unsafe defaults?.pointee.cainfo.map { unsafe String(cString: $0) }
        folder = unsafe defaults?.pointee.capath.map { unsafe String(cString: $0) }
    }

    /// What both are now: another mark means that they may have changed.
    var marks: [FileMark?] { [file, folder].map { $0.flatMap { FileMark($0) } } }
}
