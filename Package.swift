// swift-tools-version: 6.2
import PackageDescription

/// Our own code compiles without warnings, and across module borders as one program.
let ours: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil,
  exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: ours)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude,
    swiftSettings: [.treatAllWarnings(as: .error)])
}

let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "Windtunnel",
  products: [.executable(name: "windtunnel", targets: ["CLI"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    module("Units"),
    module("Engine", ["Units"]),
    module("Statistics", ["CGSL"]),
    module(
      "Services", ["Engine", "Units", "CZlib"],
      exclude: [
        "Lambda/README.md", "Lambda/Connections.md", "APIGateway/README.md", "DynamoDB/README.md",
        "DynamoDB/Capacity.md", "DynamoDB/Durability.md", "Traffic/README.md", "Streams/README.md",
        "SQS/README.md", "EventSources/README.md", "Caches/README.md", "VPC/README.md",
        "DatabaseClients/README.md", "Databases/Limits.md", "Databases/Billing.md",
        "Databases/Failover.md", "SNS/README.md",
        "RDSProxy/README.md",
        "Databases/Station.md",
        "Databases/Serverless.md",
        "Databases/README.md",
      ]),
    module("Billing", ["Engine", "Units", yams], resources: [.embedInCode("Prices")]),
    module("Scenarios", ["Services", "Billing", "Statistics", "Engine", "Units", yams]),
    module("Experiments", ["Scenarios", "Services", "Billing", "Statistics", "Engine", "Units"]),
    module("Reports", ["Experiments", "Scenarios", "Services", "Billing", "Statistics", "Engine", "Units"]),
    .executableTarget(
      name: "CLI",
      dependencies: [
        "Reports", "Experiments", "Scenarios", "Billing", "Services", "Statistics", "Engine", "Units",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: ours),
    tests("UnitsTests", ["Units"]),
    tests("EngineTests", ["Engine", "Units", "Statistics", "CGSL"]),
    tests("StatisticsTests", ["Statistics", "CGSL"]),
    tests("ServicesTests", ["Services", "Engine", "Units", "Statistics"]),
    tests("BillingTests", ["Billing", "Engine", "Units"]),
    tests("ScenariosTests", ["Scenarios", "Services", "Engine", "Units"]),
    tests("ExperimentsTests", ["Experiments", "Scenarios", "Services", "Engine", "Units", "Statistics"]),
    tests("ReportsTests", ["Reports", "Experiments", "Scenarios", "Billing", "Engine", "Units"]),
    tests("CLITests", ["CLI", "Units"]),
    tests("TheoryTests", ["Experiments", "Scenarios", "Services", "Statistics", "Engine", "Units", "CGSL"]),
    tests(
      "GoldenTests", ["Reports", "Experiments", "Scenarios", "Services", "Engine", "Units"],
      exclude: ["Golden", "reports.sh"]),
    tests("TidyTests", []),
  ]
)
