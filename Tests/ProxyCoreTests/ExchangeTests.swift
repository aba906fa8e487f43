import Testing

@testable import ProxyCore
