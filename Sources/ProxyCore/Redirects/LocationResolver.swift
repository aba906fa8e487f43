import HTTPSyntax

/// Why a Location names no URL that may be asked.
public enum LocationError: Error, Sendable, Hashable {
    /// It is neither http nor https.
    case scheme
    /// It carries a user name or a password.
    case credentials
    /// It is no URL, or parsers would differ about it.
    case invalid
}

/// Resolves the value of a Location against the URL that was asked, by libcurl; one that all requests share.
public typealias LocationResolver = (_ location: ArraySlice<UInt8>, _ base: TargetURL) throws(LocationError)
    -> TargetURL
