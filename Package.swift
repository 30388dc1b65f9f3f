// swift-tools-version: 6.2
// Rapport: an event-sourced CRM core. The modules, in the order data flows:
// CLMDB <- LMDB <- EventLog <- Projection <- Rapport <- RapportCLI (product `rapport`); beside them Transparency
// (trees, proofs, signed notes), Audit (the log's tree and checkpoints) and Sealing (keys of persons and what they seal).

import Foundation
import PackageDescription

let environment = ProcessInfo.processInfo.environment

var settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
]
// Continuous integration sets this; everyday builds show warnings and go on.
if environment["RAPPORT_WARNINGS_AS_ERRORS"] == "1" {
    settings.append(.treatAllWarnings(as: .error))
}

let package = Package(
    name: "rapport",
    products: [
        .library(name: "Rapport", targets: ["Rapport"]),
        .executable(name: "rapport", targets: ["RapportCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
        .target(
            name: "LMDB",
            dependencies: ["CLMDB", "CXXHash", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(
            name: "Transparency", dependencies: ["LMDB", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(
            name: "Audit",
            dependencies: ["LMDB", "EventLog", "Transparency", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
        .target(
            name: "EventLog",
            dependencies: [
                "LMDB",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "Sealing",
            dependencies: [
                "LMDB", "EventLog",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "Projection",
            dependencies: [
                "LMDB", "EventLog",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "Rapport",
            dependencies: [
                "LMDB", "EventLog", "Transparency", "Audit", "Sealing", "Projection",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "RapportCLI",
            dependencies: [
                "LMDB", "Rapport", "EventLog", "Audit", "Transparency", "Sealing", "Projection",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .target(
            name: "CRMTestSupport",
            dependencies: [
                "Rapport", "EventLog", "TestSupport", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            path: "Tests/CRMTestSupport", swiftSettings: settings),
        .testTarget(name: "LMDBTests", dependencies: ["LMDB", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "EventLogTests",
            dependencies: [
                "EventLog", "LMDB", "TestSupport",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "TransparencyTests", dependencies: ["Transparency", "LMDB", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "AuditTests", dependencies: ["Audit", "Transparency", "EventLog", "LMDB", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "SealingTests",
            dependencies: [
                "Sealing", "EventLog", "LMDB", "TestSupport", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ProjectionTests", dependencies: ["Projection", "EventLog", "LMDB", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "RapportTests",
            dependencies: [
                "Rapport", "EventLog", "LMDB", "Audit", "Transparency", "Sealing", "Projection", "TestSupport",
                "CRMTestSupport",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Fixtures"], swiftSettings: settings),
        .testTarget(name: "RapportCLITests", dependencies: ["RapportCLI", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
    ]
)

// Benchmarks see `package` API and stay out of everyday builds.
if environment["RAPPORT_BENCHMARKS"] == "1" {
    package.products.append(.executable(name: "rapport-benchmarks", targets: ["RapportBenchmarks"]))
    package.targets += [
        .target(name: "CBaseline", dependencies: ["CLMDB"], path: "Benchmarks/CBaseline"),
        .executableTarget(
            name: "RapportBenchmarks",
            dependencies: [
                "CBaseline", "LMDB", "Rapport", "EventLog", "Audit", "Transparency", "Sealing", "Projection",
                "TestSupport", "CRMTestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            path: "Benchmarks/RapportBenchmarks", swiftSettings: settings),
    ]
}

// Fuzz targets see internals, and libFuzzer brings their main function. Tests are left out, and of the command line all
// but what reads input. `tools/fuzz` builds and runs them.
if environment["RAPPORT_FUZZ"] == "1" {
    package.products.removeAll { $0.name == "rapport" }
    package.targets.removeAll { $0.name == "RapportCLI" || $0.type == .test }
    package.targets += [
        .target(
            name: "RapportCLI",
            dependencies: [
                "LMDB", "Rapport", "EventLog", "Audit", "Transparency", "Sealing", "Projection",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            sources: ["CommandFailure.swift", "ExitStatus.swift", "EventLines", "Options/ArgumentValues.swift"],
            swiftSettings: settings),
        .target(name: "FuzzSupport", path: "Tests/Fuzz/Support", swiftSettings: settings),
    ]
    let wireSources = [
        "Fuzz/Wire", "RapportTests/Catalogue/FieldList.swift", "RapportTests/Catalogue/RandomEvents.swift",
        "RapportTests/Catalogue/ViewedEvents.swift", "RapportTests/Catalogue/ViewedEvents+Cases.swift",
        "RapportTests/Catalogue/ViewedEvents+Leads.swift", "RapportTests/Catalogue/ViewedEvents+Opportunities.swift",
        "RapportTests/Catalogue/ViewedEvents+Erasure.swift", "RapportTests/Catalogue/ViewedEvents+Orders.swift",
        "RapportTests/Catalogue/ViewedEvents+Privacy.swift", "RapportTests/Catalogue/ViewedEvents+Voice.swift",
        "RapportTests/Catalogue/ViewedEvents+Corrections.swift", "RapportTests/Catalogue/ViewedEvents+Identity.swift",
        "RapportTests/Catalogue/ViewedEvents+Funnels.swift", "RapportTests/Catalogue/ViewedEvents+Users.swift",
        "RapportTests/Catalogue/ViewedEvents+Service.swift",
        "RapportTests/Catalogue/WireSample.swift",
    ]
    let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
    let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
    let fuzzTargets: [(name: String, module: String, sources: [String], dependencies: [Target.Dependency])] = [
        ("records", "FuzzRecords", ["Fuzz/Records"], ["EventLog", "LMDB"]),
        ("wire", "FuzzWire", wireSources, ["Rapport", "EventLog", "LMDB", "TestSupport", protobuf]),
        ("csv", "FuzzCSV", ["Fuzz/CSV"], ["Rapport"]),
        ("mapping", "FuzzMapping", ["Fuzz/Mapping"], ["Rapport", "EventLog"]),
        ("lines", "FuzzLines", ["Fuzz/Lines"], ["RapportCLI", "EventLog"]),
        ("arguments", "FuzzArguments", ["Fuzz/Arguments"], ["RapportCLI", "Rapport", "EventLog", argumentParser]),
    ]
    for target in fuzzTargets {
        package.products.append(.executable(name: "fuzz-" + target.name, targets: [target.module]))
        package.targets.append(
            .executableTarget(
                name: target.module, dependencies: target.dependencies + ["FuzzSupport"], path: "Tests",
                sources: target.sources, swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
    }
}
