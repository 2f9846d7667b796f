// swift-tools-version:6.2
import PackageDescription

let package = Package(
    name: "embedding",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "cleanupd", path: "../..")],
    targets: [
        .executableTarget(
            name: "Embedding",
            dependencies: [
                .product(name: "Engine", package: "cleanupd"),
                .product(name: "Retention", package: "cleanupd"),
                .product(name: "Telemetry", package: "cleanupd"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
