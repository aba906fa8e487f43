import Foundation
import Sockets
import TestSupport
import Testing

@testable import Upstream

/// Authorities are read once, and again when they have changed.
@Suite struct TrustStoreTests {
    private static let authority = Result { try CertificateAuthority() }
    private let signal: WakeSignal

    init() throws {
        signal = try WakeSignal()
    }

    private func wait(for store: TrustStore) throws {
        try eventually("the authorities are read") { store.isReady(at: .now(), orRaises: signal) }
    }

    @Test func `the system's authorities are read once, however many ask`() throws {
        let store = TrustStore(file: nil)
        #expect(store.reading.number == 0)
        store.refresh()
        try wait(for: store)
        for _ in 0..<100 { #expect(store.isReady(at: .now(), orRaises: signal)) }
        #expect(store.reading.number == 1)
        #expect(store.reading.authorities != nil)
        store.refresh()
        try wait(for: store)
        #expect(store.reading.number == 1)
    }

    @Test func `what was seen of the files holds for a second`() throws {
        let store = TrustStore(file: try Self.authority.get().certificate)
        try wait(for: store)
        let later = MonotonicTime.now().advanced(byNanoseconds: 1_100_000_000)
        #expect(!store.isReady(at: later, orRaises: signal))
        try wait(for: store)
        #expect(store.reading.number == 1)
    }

    @Test func `a file that changes is read again, and one that is missing is found when it comes`() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/authorities.pem"
        let store = TrustStore(file: path)
        try wait(for: store)
        #expect(store.reading.authorities == nil)
        let text = try String(contentsOfFile: Self.authority.get().certificate, encoding: .utf8)
        try folder.write(text, to: "authorities.pem")
        store.refresh()
        try wait(for: store)
        let first = store.reading
        #expect(first.authorities != nil)
        try folder.write(text + "\n" + text, to: "authorities.pem")
        store.refresh()
        try wait(for: store)
        #expect(store.reading.number > first.number)
        #expect(store.reading.authorities !== first.authorities)
        try folder.write("no certificate", to: "authorities.pem")
        store.refresh()
        try wait(for: store)
        #expect(store.reading.authorities == nil)
    }
}
