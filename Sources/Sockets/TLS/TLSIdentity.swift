import COpenSSL

/// A server's certificate with its chain and its private key: read, checked, and ready for any context.
public struct TLSIdentity: Sendable, Equatable {
    /// The DNS names that the certificate is for, in lower case, `*.example.com` among them.
    public let names: [String]
    /// Sentences about what clients will not like, such as a certificate that has expired.
    public let warnings: [String]
    private let chain: [UInt8]
    private let key: [UInt8]

    /// Reads and checks both files.
    ///
    /// - Parameters:
    ///   - chain: PEM: the server's certificate, then those of its issuers.
    ///   - key: PEM: the private key, not encrypted.
    ///   - time: The time by which the certificate is valid or not.
    /// - Throws: What is wrong, and with which of the two.
    public init(chain: [UInt8], key: [UInt8], at time: WallTime = .now()) throws(TLSIdentityError) {
        let credentials = try TLSCredentials(chain: chain, key: key)
        // Whatever a context would refuse shows here, not when the first shard starts.
        _ = try ServedIdentity(credentials)
        names = credentials.names
        warnings = credentials.warnings(at: time)
        self.chain = chain
        self.key = key
    }

    /// The objects of OpenSSL, made anew: they belong to one thread.
    func credentials() throws(TLSIdentityError) -> TLSCredentials {
        try TLSCredentials(chain: chain, key: key)
    }
}
