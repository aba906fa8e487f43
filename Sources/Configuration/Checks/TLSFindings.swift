/// What a check of a certificate with its key found.
public struct TLSFindings: Sendable {
    /// Why the certificate cannot be served.
    public var certificateFault: Fault?
    /// Why the key cannot be used.
    public var keyFault: Fault?
    /// What clients will refuse, although it can be served.
    public var warnings: [Fault] = []

    /// Finds nothing.
    public init() {}
}
