// swift-tools-version:6.2
import PackageDescription

/// The archive of libFuzzer's runtime where scripts/fuzz.sh builds; nil in all other builds, which need no fuzzer.
let fuzzer = Context.environment["CLEANUPD_FUZZER"]

// One program; everything shared between targets is `package`. Only what docs/embedding.md is about is `public`.
let settings: [SwiftSetting] =
    [
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
        .enableUpcomingFeature("ExistentialAny"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
        .enableUpcomingFeature("MemberImportVisibility"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
        .enableUpcomingFeature("InternalImportsByDefault"),
        .treatAllWarnings(as: .error),
    ] + (fuzzer == nil ? [] : [.unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"])])

// Fault points (kill or fail the N-th system call) exist in debug builds only; release builds compile them out.
let cSettings: [CSetting] = [
    .define("CLEANUPD_FAULT_POINTS", .when(configuration: .debug)),
    .treatAllWarnings(as: .error),
]

/// The commit, as a C string literal.
let revision = "\"\(Context.gitInformation?.currentCommit ?? "unknown")\""

/// A product of another package, by its own name and the package's.
func product(_ name: String, _ package: String) -> Target.Dependency { .product(name: name, package: package) }

/// A target of the program: its folder beneath Sources is named like it.
func part(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    path: String? = nil,
    resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, path: path, resources: resources, swiftSettings: settings)
}

/// Tests of one target, in a folder beneath Tests.
func tests(_ folder: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: folder,
        dependencies: dependencies + ["Support"],
        path: "Tests/\(folder)",
        exclude: exclude,
        swiftSettings: settings
    )
}

let package = Package(
    name: "cleanupd",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "cleanupd", targets: ["cleanupd"]),
        // For programs of others: docs/embedding.md.
        .library(name: "Retention", targets: ["Retention"]),
        .library(name: "Engine", targets: ["Engine"]),
        .library(name: "Telemetry", targets: ["Telemetry"]),
    ],
    // As they are tested: a later minor version may behave otherwise, and a program that deletes is no place to find out.
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
        .package(url: "https://github.com/apple/swift-crypto", .upToNextMinor(from: "4.5.2")),
        .package(url: "https://github.com/apple/swift-http-types", .upToNextMinor(from: "1.8.0")),
        .package(url: "https://github.com/apple/swift-log", .upToNextMinor(from: "1.16.2")),
        .package(url: "https://github.com/apple/swift-metrics", .upToNextMinor(from: "2.13.0")),
        .package(url: "https://github.com/apple/swift-nio", .upToNextMinor(from: "2.101.2")),
        .package(url: "https://github.com/apple/swift-nio-ssl", .upToNextMinor(from: "2.37.6")),
        .package(url: "https://github.com/groue/GRDB.swift", .upToNextMinor(from: "7.10.0")),
        .package(url: "https://github.com/hummingbird-project/hummingbird", .upToNextMinor(from: "2.28.1")),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", .upToNextMinor(from: "2.1.1")),
        .package(url: "https://github.com/jpsim/Yams", .upToNextMinor(from: "6.2.2")),
        .package(url: "https://github.com/swift-server/async-http-client", .upToNextMinor(from: "1.37.0")),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", .upToNextMinor(from: "2.13.0")),
    ],
    targets: [
        // Leaves: pure values, no I/O.
        part("Retention"),
        part("Telemetry", [product("CoreMetrics", "swift-metrics")]),
        // C.
        .target(name: "CLinux", cSettings: cSettings),
        .target(name: "CBuild", cSettings: [.define("CLEANUPD_REVISION", to: revision)]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // Without pkgConfig: the flag in hiredis.pc is none that SwiftPM allows.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        // Outside worlds, ignorant of retention.
        part(
            "Clients",
            [
                "CDeflate", "CHiredis", "CLibPQ", "CLinux", "CZlib",
                product("AsyncHTTPClient", "async-http-client"), product("Crypto", "swift-crypto"),
                product("GRDB", "GRDB.swift"), product("NIOCore", "swift-nio"),
                product("NIOFoundationCompat", "swift-nio"), product("NIOHTTP1", "swift-nio"),
                product("NIOPosix", "swift-nio"), product("NIOSSL", "swift-nio-ssl"), product("NIOTLS", "swift-nio"),
            ]
        ),
        part("Stores", ["Retention", "Clients"]),
        part(
            "State",
            ["Retention", "Clients", "CLinux", product("GRDB", "GRDB.swift"), product("Crypto", "swift-crypto")]
        ),
        part(
            "Coordination",
            [
                "Clients", "CLinux", "Retention", "State", "Telemetry",
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ]
        ),
        part(
            "Engine",
            [
                "Retention", "Telemetry", "Stores", "State", "Coordination", product("Crypto", "swift-crypto"),
                product("Logging", "swift-log"), product("ServiceLifecycle", "swift-service-lifecycle"),
            ]
        ),
        // Not named after its folder, because swift-configuration, which Hummingbird brings, has that target name.
        part("CleanupConfiguration", ["Retention", product("Yams", "Yams")], path: "Sources/Configuration"),
        part(
            "Console",
            [
                "Engine", "Telemetry", "Clients", product("Crypto", "swift-crypto"),
                product("HTTPTypes", "swift-http-types"), product("Hummingbird", "hummingbird"),
                product("HummingbirdCore", "hummingbird"), product("Logging", "swift-log"),
                product("Mustache", "swift-mustache"), product("NIOCore", "swift-nio"),
                product("NIOHTTP1", "swift-nio"), product("NIOSSL", "swift-nio-ssl"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources")]
        ),
        .executableTarget(
            name: "cleanupd",
            dependencies: [
                "CBuild", "CleanupConfiguration", "Clients", "Console", "Coordination", "Engine", "Retention", "State",
                "Stores",
                "Telemetry",
                product("ArgumentParser", "swift-argument-parser"), product("Crypto", "swift-crypto"),
                product("Logging", "swift-log"), product("Metrics", "swift-metrics"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
                product("UnixSignals", "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        // The program of the package examples/embedding, which `make embedding` builds as such. Here each build sees that
        // it needs nothing that is not public: without access to `package`, it is as good as another package's. It must
        // not be called as there, because names of targets are unique over all packages.
        .executableTarget(
            name: "EmbeddingExample",
            dependencies: ["Engine", "Retention", "Telemetry"],
            path: "examples/embedding/Sources/Embedding",
            packageAccess: false,
            swiftSettings: settings
        ),
        // Run by `make bench`.
        .executableTarget(
            name: "TelemetryBenchmark",
            dependencies: ["Telemetry"],
            path: "Benchmarks/telemetry/swift",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "QueueBenchmark",
            dependencies: ["Clients", "Coordination", "Retention"],
            path: "Benchmarks/queue/swift",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LocksBenchmark",
            dependencies: ["Clients", "Coordination", "State", "Telemetry"],
            path: "Benchmarks/locks/swift",
            swiftSettings: settings
        ),
        // Tests.
        .target(
            name: "Support",
            dependencies: [product("Crypto", "swift-crypto"), product("Logging", "swift-log")],
            path: "Tests/Support",
            swiftSettings: settings
        ),
        tests("RetentionTests", ["Retention"], exclude: ["Golden"]),
        tests("TelemetryTests", ["Telemetry", product("CoreMetrics", "swift-metrics")]),
        tests(
            "ClientsTests",
            [
                "Clients", "CLinux", "CZlib", product("AsyncHTTPClient", "async-http-client"),
                product("GRDB", "GRDB.swift"), product("NIOCore", "swift-nio"), product("NIOHTTP1", "swift-nio"),
                product("NIOSSL", "swift-nio-ssl"),
            ],
            exclude: ["S3/Vectors"]
        ),
        tests("StoresTests", ["Stores", "Clients", "Retention"]),
        tests(
            "StateTests",
            ["State", "Retention", "Clients", "CLinux", product("GRDB", "GRDB.swift")],
            exclude: ["Fixtures"]
        ),
        tests(
            "CoordinationTests",
            [
                "Clients", "Coordination", "Retention", "State", "Telemetry",
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ]
        ),
        tests(
            "EngineTests",
            [
                "Clients", "Engine", "Stores", "State", "Coordination", "Telemetry", "Retention",
                product("GRDB", "GRDB.swift"), product("Logging", "swift-log"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ]
        ),
        tests("SimulationTests", ["Engine", "Coordination", "Retention"]),
        tests(
            "ConsoleTests",
            [
                "Console", "Telemetry", "CZlib", product("Crypto", "swift-crypto"),
                product("HTTPTypes", "swift-http-types"), product("Hummingbird", "hummingbird"),
                product("HummingbirdTesting", "hummingbird"), product("Logging", "swift-log"),
                product("Mustache", "swift-mustache"), product("NIOCore", "swift-nio"),
                product("NIOHTTP1", "swift-nio"), product("ServiceLifecycle", "swift-service-lifecycle"),
            ],
            exclude: ["validate_api.py"]
        ),
        tests(
            "ConfigurationTests",
            ["CleanupConfiguration", "Retention", product("Yams", "Yams")],
            exclude: ["Fixtures"]
        ),
        tests(
            "CleanupdTests",
            [
                "cleanupd", "CleanupConfiguration", "Clients", "Console", "Coordination", "Engine", "Retention",
                "State", "Stores", "Telemetry",
                product("ArgumentParser", "swift-argument-parser"),
            ]
        ),
        tests(
            "FaultTests",
            [
                "Engine", "Stores", "State", "Coordination", "Telemetry", "Retention", "Clients", "CLinux", "CZlib",
                product("Logging", "swift-log"),
            ]
        ),
        // What the fuzzer runs, and what the tests run on what the fuzzer has found.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "CleanupConfiguration", "Clients", "Console", "Retention", "State", "Stores", "Support", "Telemetry",
                product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
                product("NIOEmbedded", "swift-nio"), product("NIOHTTP1", "swift-nio"),
            ],
            path: "Tests/FuzzTargets",
            swiftSettings: settings
        ),
        tests("CorpusTests", ["FuzzTargets"]),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["Support", "cleanupd"],
            path: "Tests/Integration",
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)

// Run by `make fuzz`.
if let fuzzer {
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: ["FuzzTargets"],
            path: "Fuzz/Driver",
            swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-use-ld=lld", "-sanitize=address", fuzzer]), .linkedLibrary("stdc++")]
        )
    )
}
