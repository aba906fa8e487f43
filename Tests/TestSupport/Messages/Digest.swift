/// The SHA-256 of some bytes in hexadecimal, by the `sha256sum` command.
package func sha256(_ bytes: [UInt8]) throws -> String {
    let folder = try TemporaryFolder()
    let file = try folder.write(bytes, to: "bytes")
    return String(try run("sha256sum", [file]).prefix(64))
}

/// Bytes that look random and are the same in every run.
package func pseudoRandomBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        for index in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            buffer[index] = UInt8(truncatingIfNeeded: state >> 33)
        }
        filled = count
    }
}
