import Foundation
import Synchronization
import TestSupport

/// Names that are never found and never missing: their look-ups hang until they are let go.
///
/// This process's own `getaddrinfo` stands before the C library's, for libcurl too, so that a dead name server
/// can be had without one.
enum HangingNames {
    private static let lookups = Mutex<[String: Int]>([:])
    private static let released = Mutex<Set<String>>([])

    /// A name of its own for each test.
    static func name() -> String {
        "\(UUID().uuidString.lowercased()).hanging.test"
    }

    /// Names that end so are this machine.
    static let foundSuffix = ".found.test"

    fileprivate static func count(_ name: String) {
        lookups.withLock { $0[name, default: 0] += 1 }
    }

    /// How many look-ups of a name have begun.
    static func lookups(of name: String) -> Int {
        lookups.withLock { $0[name, default: 0] }
    }

    /// Lets the look-ups of a name end: there is no such host.
    static func release(_ name: String) {
        _ = released.withLock { $0.insert(name) }
    }

    static func isReleased(_ name: String) -> Bool {
        released.withLock { $0.contains(name) }
    }

    /// Hangs where a name is one of these.
    fileprivate static func lookUp(_ name: String) -> Bool {
        guard name.hasSuffix(".hanging.test") else { return false }
        count(name)
        _ = Result {
            try eventually("the name is released", within: .seconds(60)) { isReleased(name) }
        }
        return true
    }
}

private typealias Lookup =
    @convention(c) (
        UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<addrinfo>?,
        UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
    ) -> Int32

/// The C library's own, or a sanitizer's.
private let systemLookup: Lookup? = {
    // RTLD_NEXT, whose macro Swift cannot import.
    let next = UnsafeMutableRawPointer(bitPattern: -1)
    guard let symbol = dlsym(next, "getaddrinfo") else { return nil }
    return unsafeBitCast(symbol, to: Lookup.self)
}()

/// Looks a name up as the C library does, but for the names above.
@_cdecl("getaddrinfo")
public func interposedLookup(
    _ node: UnsafePointer<CChar>?,
    _ service: UnsafePointer<CChar>?,
    _ hints: UnsafePointer<addrinfo>?,
    _ result: UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
) -> Int32 {
    if let node {
        let name = String(cString: node)
        if HangingNames.lookUp(name) { return EAI_NONAME }
        if name.hasSuffix(HangingNames.foundSuffix) {
            HangingNames.count(name)
            return systemLookup?("127.0.0.1", service, hints, result) ?? EAI_FAIL
        }
    }
    return systemLookup?(node, service, hints, result) ?? EAI_FAIL
}
