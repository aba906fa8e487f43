public struct ProxyEndpoint: Sendable { public let url: String; public let usesTLS: Bool }
