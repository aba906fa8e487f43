import Configuration
import HTTPSyntax
import IPAddresses
import Logging
import ProxyCore
import Sockets
import Synchronization

/// The servers in front whose X-Forwarded fields are believed, and whom they name.
final class TrustedForwarders: Sendable {
    /// So much of what cannot be read is shown.
    private static let shownBytes = 64

    private let blocks: [NetworkBlock]
    private let includesUnixSockets: Bool
    private let hasWarned = Atomic(false)

    init(_ proxies: [TrustedProxy]) {
        blocks = proxies.compactMap { proxy in
            if case .block(let block) = proxy { block } else { nil }
        }
        includesUnixSockets = proxies.contains(.unix)
    }

    /// Whether a peer's fields are believed.
    func trust(_ peer: Peer) -> Bool {
        guard let address = peer.address else { return includesUnixSockets }
        return !blocks.isEmpty && includes(address)
    }

    private func includes(_ address: IPAddress) -> Bool { blocks.contains { $0.contains(address) } }

    /// The peer, or the client that trusted servers name: the last one that is none of them.
    ///
    /// An element that is no address ends the search, and is warned of once.
    func client(of fields: FieldSection, _ request: ClientRequest, _ logger: Logger) -> IPAddress? {
        guard request.isTrusted else { return request.peer }
        var client = request.peer
        for element in fields.elements(of: .xForwardedFor).reversed() {
            guard let address = IPAddress(forwarded: element) else {
                warn(of: element, by: client.map { "\($0)" } ?? request.peerText, logger)
                break
            }
            client = address
            if !includes(address) { break }
        }
        return client
    }

    private func warn(of element: ArraySlice<UInt8>, by server: String, _ logger: Logger) {
        guard !hasWarned.exchange(true, ordering: .relaxed) else { return }
        let text = String(decoding: element.prefix(Self.shownBytes), as: UTF8.self)
        logger.warning(
            """
            X-Forwarded-For of \(server) holds "\(text)", which is no address: those behind it share one limit. \
            Let that server write addresses. This is told once.
            """
        )
    }
}
