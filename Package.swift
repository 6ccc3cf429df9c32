// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// Over a shared library that is opened by name.
func shim(_ name: String) -> Target {
  .target(
    name: name, dependencies: ["CEdgeLibraries"], cSettings: [.treatAllWarnings(as: .error)])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: ["TestSupport"] + dependencies, swiftSettings: strict)
}

let package = Package(
  name: "EdgeVision",
  platforms: [.macOS(.v26), .iOS(.v26)],
  products: [
    .library(name: "EdgeVision", targets: ["EdgeVision"]),
    .executable(name: "edgevision", targets: ["edgevision"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    .target(
      name: "CEdgeKernels",
      cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(
      name: "CEdgeCodecs",
      cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: ["jpeg", "png", "webp", "z"].map { .linkedLibrary($0) }),
    .target(
      name: "CEdgeLibraries",
      cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    shim("CEdgeTransfer"),
    shim("CEdgeMarkup"),
    shim("CEdgePlot"),
    .target(
      name: "CEdgeResources", exclude: ["Data"], cSettings: [.treatAllWarnings(as: .error)]),
    room("EdgeGraph", []),
    room("EdgeBoxes", [.product(name: "HeapModule", package: "swift-collections")]),
    room("EdgeRuntime", ["EdgeGraph", "CEdgeKernels"]),
    room("EdgeNN", ["EdgeGraph"]),
    room("EdgeModels", ["EdgeNN", "EdgeBoxes"]),
    room(
      "EdgeFormats",
      [
        "EdgeGraph", "EdgeNN", "CEdgeCodecs",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    room("EdgeData", ["EdgeBoxes", "EdgeGraph", "CEdgeCodecs", "CEdgeMarkup"]),
    room("EdgePlot", ["CEdgePlot"]),
    room(
      "EdgeTraining",
      [
        "EdgeRuntime", "EdgeModels", "EdgeData", "EdgeFormats",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    room(
      "EdgeVision",
      [
        "EdgeRuntime", "EdgeModels", "EdgeFormats", "EdgeData", "EdgeBoxes", "CEdgeResources",
        "CEdgeTransfer",
      ]),
    .executableTarget(
      name: "edgevision",
      dependencies: [
        "EdgeVision", "EdgeTraining", "EdgePlot",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["EdgeGraph"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(
      name: "WeightsTestSupport", dependencies: ["TestSupport", "EdgeFormats", "EdgeModels"],
      path: "Tests/WeightsTestSupport", swiftSettings: strict),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    tests("EdgeGraphTests", ["EdgeGraph"]),
    tests("EdgeBoxesTests", ["EdgeBoxes"]),
    tests("EdgeRuntimeTests", ["EdgeRuntime", "EdgeModels", "CEdgeKernels", "AllocationCounter"]),
    tests("EdgeNNTests", ["EdgeNN"]),
    tests("EdgeModelsTests", ["EdgeModels", "EdgeBoxes", "EdgeRuntime"]),
    tests("EdgeFormatsTests", ["EdgeFormats", "EdgeModels"]),
    tests("EdgeDataTests", ["EdgeData"]),
    tests("EdgeTrainingTests", ["EdgeTraining", "AllocationCounter"]),
    tests("EdgePlotTests", ["EdgePlot", "EdgeData"]),
    tests("EdgeVisionTests", ["EdgeVision", "WeightsTestSupport"]),
    tests("CommandLineTests", ["EdgeVision", "EdgeTraining", "WeightsTestSupport"]),
  ]
)
