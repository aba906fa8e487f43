// swift-tools-version: 6.2

import PackageDescription

/// Every module is checked for memory safety: an unsafe expression has to be marked as one.
let settings: [SwiftSetting] = [.strictMemorySafety()]

/// The names of methods, fields and statuses.
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

// Versions are exact because no Package.resolved is kept.
let package = Package(
    name: "corsway",
    products: [
        .executable(name: "corsway", targets: ["corsway"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: [
        // C libraries, each behind a module of its own.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CPSL", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CEpoll"),

        // Pure: values in, values out.
        .target(name: "Text", swiftSettings: settings),
        .target(name: "IPAddresses", swiftSettings: settings),
        .target(
            name: "HTTPSyntax",
            dependencies: ["Text", httpTypes],
            swiftSettings: settings
        ),
        .target(
            name: "CORSPolicy",
            dependencies: ["IPAddresses", "Text", httpTypes],
            swiftSettings: settings
        ),
        .target(
            name: "Configuration",
            dependencies: ["CORSPolicy", "HTTPSyntax", "IPAddresses", "ProxyCore", "Text"],
            swiftSettings: settings
        ),
        .target(
            name: "BrowserModel",
            dependencies: ["CORSPolicy", "IPAddresses", "Text"],
            swiftSettings: settings
        ),
        .target(
            name: "ProxyCore",
            dependencies: ["HTTPSyntax", "CORSPolicy", "IPAddresses", "Text", httpTypes],
            swiftSettings: settings
        ),

        // The edges: sockets, certificates and libcurl.
        .target(
            name: "Sockets",
            dependencies: ["CEpoll", "COpenSSL", "IPAddresses"],
            swiftSettings: settings
        ),
        .target(name: "Certificates", dependencies: ["COpenSSL", "Text"], swiftSettings: settings),
        .target(
            name: "Upstream",
            dependencies: ["CCurl", "COpenSSL", "CPSL", "HTTPSyntax", "IPAddresses", "Sockets", "Text"],
            swiftSettings: settings
        ),

        // The program.
        .target(
            name: "ProxyServer",
            dependencies: [
                "HTTPSyntax", "CORSPolicy", "Configuration", "IPAddresses", "ProxyCore", "Sockets",
                "Text", "Upstream", httpTypes,
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "corsway",
            dependencies: [
                "Certificates", "Configuration", "CORSPolicy", "BrowserModel", "HTTPSyntax", "IPAddresses",
                "ProxyServer", "Sockets", "Text", "Upstream", httpTypes,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),

        .testTarget(name: "TextTests", dependencies: ["Text"]),
        .testTarget(name: "IPAddressesTests", dependencies: ["IPAddresses", "TestSupport"]),
        .testTarget(name: "HTTPSyntaxTests", dependencies: ["HTTPSyntax", "TestSupport", "Text", httpTypes]),
        .testTarget(name: "CORSPolicyTests", dependencies: ["CORSPolicy"]),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: ["Configuration", "CORSPolicy", "TestSupport", "Text"]
        ),
        .testTarget(
            name: "ProxyCoreTests",
            dependencies: ["ProxyCore", "HTTPSyntax", "CORSPolicy", "TestSupport", "Text", httpTypes]
        ),
        .testTarget(
            name: "BrowserModelTests",
            dependencies: ["BrowserModel", "CORSPolicy", "TestSupport", "Text"]
        ),
        .testTarget(
            name: "UpstreamTests",
            dependencies: ["Upstream", "HTTPSyntax", "IPAddresses", "Sockets", "TestSupport"],
            // The tests' own getaddrinfo has to be found by libcurl: see HangingNames.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic-symbol=getaddrinfo"])]
        ),
        .testTarget(
            name: "ProxyServerTests",
            dependencies: [
                "ProxyServer", "Configuration", "HTTPSyntax", "IPAddresses", "Sockets", "TestSupport",
            ]
        ),
        .testTarget(
            name: "SocketsTests",
            dependencies: ["COpenSSL", "Sockets", "IPAddresses", "TestSupport"]
        ),
        .testTarget(name: "CertificatesTests", dependencies: ["Certificates", "TestSupport"]),
        .testTarget(name: "ArchitectureTests"),

        // The program from outside: its binary, raw sockets, scripted upstreams, a real nginx.
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(name: "ProxyTests", dependencies: ["TestSupport"]),
        .testTarget(name: "BrowserTests", dependencies: ["TestSupport"]),
        .testTarget(name: "DeploymentTests", dependencies: ["IPAddresses", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
