import Configuration
import Sockets

/// What a listener speaks TLS with: the shards make their own contexts of it.
final class TLSMaterial: Sendable {
    /// A ticket is taken by every shard, and after a reload as well: the keys are the process's.
    private static let ticketKeys = TLSTicketKeys()

    private let identities: [TLSIdentity]

    /// Reads the certificates of a listener; nil where it speaks plain HTTP.
    init?(_ settings: ListenSettings) throws(StartError) {
        guard !settings.tls.isEmpty else { return nil }
        identities = try settings.tls.map { tls throws(StartError) in
            do throws(TLSIdentityError) {
                return try TLSIdentity(chain: tls.certificate.bytes, key: tls.privateKey.bytes)
            } catch {
                let file = error.part == .certificate ? tls.certificate : tls.privateKey
                throw .configuration("\(file): \(error.message) \(error.mend)")
            }
        }
    }

    /// A context for one shard.
    func context() throws(TLSIdentityError) -> TLSContext {
        try TLSContext(FileIdentities(identities), ticketKeys: Self.ticketKeys)
    }
}
