/// Why a certificate could not be made or read.
public struct CertificateError: Error, Sendable, Equatable {
    /// A sentence, or two: what is wrong, and what to do.
    public let message: String
}
