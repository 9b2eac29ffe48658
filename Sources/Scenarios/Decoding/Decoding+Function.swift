import Engine
import Services
import Units

/// Functions.
extension Decoding {
  /// A function; nil if it has faults.
  func function(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> FunctionConfig? {
    guard let fields = self.fields(node, Shapes.function) else { return nil }
    let before = faults.count
    var config = FunctionConfig(name: name, handler: [])
    _ = fields["type"]
    let framework = decodeRuntime(fields, &config)
    decodeMemory(fields, &config)
    if let node = fields["timeout"] {
      if let timeout = time(node, .seconds(1)...Time.seconds(900)) {
        config.timeout = timeout
        if timeout.nanoseconds % 1_000_000_000 != 0 { fault(node.place, found: node.summary, wanted: "whole seconds") }
      }
    } else {
      assume(name, "timeout", "3 s", .documented, "CloudFormation AWS::Lambda::Function", "2026-10")
    }
    decodeCode(fields, config.packageType)
    decodeResponse(fields, &config)
    // What is measured depends on a runtime that is known.
    if faults.count == before {
      decodeSnapStart(fields, framework, &config)
      decodeInit(fields, framework, &config)
    }
    decodeEnvironments(fields, &config)
    decodeConcurrency(fields, &config)
    decodeEventInvoke(fields, &config, index)
    if let node = fields["snapStart"] { checkSnapStart(node, config) }
    if let node = fields["vpcConfig"] {
      config.vpc = vpcAttachment(node, index)
      networkPlaces[name] = node.place
      checkInterfaces(node, config)
    }
    if let node = fields["handler"] {
      var context = HandlerContext(function: name, index: index)
      config.handler = steps(node, &context) ?? []
    }
    if let node = fields["connections"] {
      config.connections = connections(node, of: config, isSound: faults.count == before, index)
    }
    return faults.count == before ? config : nil
  }

  /// Runtime, architecture and packaging; returns the framework, if one is named.
  private func decodeRuntime(_ fields: Fields, _ config: inout FunctionConfig) -> Framework? {
    if let node = fields["architecture"] {
      config.architecture = choice(node, FunctionConfig.Architecture.self) ?? config.architecture
    } else {
      assume(config.name, "architecture", "x86_64", .documented, "CloudFormation AWS::Lambda::Function", "2026-10")
    }
    if let node = fields["packageType"] {
      config.packageType = choice(node, FunctionConfig.PackageType.self) ?? config.packageType
    } else {
      assume(config.name, "packageType", "zip", .documented, "CloudFormation AWS::Lambda::Function", "2026-10")
    }
    let framework = fields["framework"].flatMap { choice($0, Framework.self) }
    if let node = fields["runtime"] {
      guard let runtime = text(node, wanted: "a runtime identifier") else { return nil }
      guard FunctionConfig.runtimes.contains(runtime) else {
        fault(
          node.place, found: node.summary, wanted: "a runtime identifier, as in `nodejs24.x` or `go-provided.al2023`",
          advice: meant(runtime, in: FunctionConfig.runtimes) ?? "`windtunnel schema` lists them")
        return nil
      }
      config.runtime = runtime
      if let framework, !framework.runs(on: runtime) {
        fault(
          node.place, found: "`\(runtime)` with the framework \(framework.rawValue)",
          wanted: "a runtime like `\(framework.runtime)`, on which it was measured")
      }
    } else if let framework {
      config.runtime = framework.runtime
      assume(
        config.name, "runtime", config.runtime, .inferred, "the runtime that the framework was measured on", "2026")
    } else {
      assume(config.name, "runtime", config.runtime, .unknown, "a stated choice: the newest Node.js", "2026-08")
    }
    return framework
  }

  /// Memory, /tmp, and what invocations use of them.
  private func decodeMemory(_ fields: Fields, _ config: inout FunctionConfig) {
    if let node = fields["memorySize"] {
      config.memorySize = wholeMegabytes(node, 128...10_240) ?? config.memorySize
    } else {
      assume(config.name, "memorySize", "128 MB", .documented, "CloudFormation AWS::Lambda::Function", "2026-10")
    }
    if let node = fields["ephemeralStorage"] {
      config.ephemeralStorage = wholeMegabytes(node, 512...10_240) ?? config.ephemeralStorage
    }
    if let node = fields["memoryUsage"] { config.memoryUsage = sizeDistribution(node) }
    if let node = fields["parallelism"] {
      config.parallelism = integer(node, 1...6) ?? config.parallelism
    } else {
      assume(config.name, "parallelism", "1", .unknown, "a stated choice: one thread of computation", "2026-11")
    }
  }

  private func wholeMegabytes(_ node: YAMLNode, _ range: ClosedRange<Int64>) -> Int? {
    guard let size = self.size(node, Size.megabytes(range.lowerBound)...Size.megabytes(range.upperBound)) else {
      return nil
    }
    guard size.bytes % Size.megabytes(1).bytes == 0 else { return reject(node, wanted: "whole MB") }
    return Int(size.bytes / Size.megabytes(1).bytes)
  }

  /// Size of the code, which only has to be within AWS's limits.
  private func decodeCode(_ fields: Fields, _ packageType: FunctionConfig.PackageType) {
    var layers = Size(bytes: 0)
    if let node = fields["layers"], let items = list(node, wanted: "a list of sizes") {
      for item in items { layers.bytes += size(item, Size(bytes: 0)...Size.gigabytes(1))?.bytes ?? 0 }
      if packageType == .image && !items.isEmpty {
        fault(node.place, found: "layers of an image", wanted: "no layers", advice: "put them into the image")
      }
      if items.count > 5 { fault(node.place, found: "\(items.count) layers", wanted: "at most 5 layers") }
    }
    guard let node = fields["codeSize"] ?? fields["layers"] else { return }
    let code = fields["codeSize"].flatMap { size($0) } ?? Size(bytes: 0)
    switch packageType {
    case .image:
      if code > .gigabytes(10) { fault(node.place, found: "an image of \(code)", wanted: "at most 10 GB") }
    case .zip:
      let sum = Size(bytes: code.bytes + layers.bytes)
      if sum > .megabytes(250) {
        fault(
          node.place, found: "\(sum) of unzipped code and layers", wanted: "at most 250 MB",
          advice: "package it as an image")
      }
    }
  }

  private func decodeResponse(_ fields: Fields, _ config: inout FunctionConfig) {
    if let node = fields["invokeMode"] {
      config.invokeMode = choice(node, FunctionConfig.InvokeMode.self) ?? config.invokeMode
    }
    guard let node = fields["responseSize"], let response = size(node) else { return }
    config.responseSize = response
    switch config.invokeMode {
    case .buffered where response > .megabytes(6):
      fault(
        node.place, found: "a buffered response of \(response), which Lambda refuses (413)", wanted: "at most 6 MB",
        advice: "stream it with `invokeMode: responseStream`")
    case .responseStream where response > .megabytes(200):
      fault(
        node.place, found: "a streamed response of \(response), which Lambda refuses (413)",
        wanted: "at most 200 MB")
    case .buffered, .responseStream: break
    }
  }

  /// What brings an environment up.
  private func decodeInit(_ fields: Fields, _ framework: Framework?, _ config: inout FunctionConfig) {
    let combination = "\(config.runtime) \(config.architecture.rawValue) \(config.packageType.rawValue)"
    let measured = ColdStarts.provenance(
      runtime: config.runtime, architecture: config.architecture, packageType: config.packageType)
    if let node = fields["initDuration"] {
      config.initDuration = timeDistribution(node)
    } else if let framework {
      config.initDuration = framework.initDuration(on: config.architecture)
      assume(
        config.name, "initDuration", "load test of \(framework.rawValue)", framework.provenance(on: config.architecture)
      )
    } else if let measured {
      assume(config.name, "initDuration", "measured table of \(combination), an empty function", measured)
    } else {
      fault(
        (fields["runtime"] ?? fields["architecture"])?.place ?? fields.place,
        found: "\(combination), which nobody measured", wanted: "an `initDuration` with it",
        advice: "add one or choose another architecture")
    }
    if let node = fields["extensionInit"] { config.extensionInit = timeDistribution(node) ?? config.extensionInit }
    if let node = fields["applicationInit"] {
      config.applicationInit = timeDistribution(node) ?? config.applicationInit
    }
    if let node = fields["initFailure"] { config.initFailure = share(node) ?? 0 }
    decodeFirstCall(fields, framework, measured, combination, &config)
  }

  private func decodeFirstCall(
    _ fields: Fields, _ framework: Framework?, _ measured: Provenance?, _ combination: String,
    _ config: inout FunctionConfig
  ) {
    if let node = fields["firstCall"] {
      config.firstCall = timeDistribution(node) ?? config.firstCall
      return
    }
    // With SnapStart first calls are those after a restore.
    if config.snapStart != nil { return }
    if let framework {
      config.firstCall = framework.firstCall(on: config.architecture)
      assume(
        config.name, "firstCall", "load test of \(framework.rawValue)", framework.provenance(on: config.architecture))
    } else if let measured,
      let first = ColdStarts.firstCall(
        runtime: config.runtime, architecture: config.architecture, packageType: config.packageType)
    {
      config.firstCall = first
      assume(
        config.name, "firstCall", "\(Time(nanoseconds: Int64(first.mean))) at one vCPU, measured for \(combination)",
        measured)
    } else {
      assume(config.name, "firstCall", "0 ms", .unknown, "\(combination) has not been measured", "2026-11")
    }
  }

  /// How environments are placed, and how they end.
  private func decodeEnvironments(_ fields: Fields, _ config: inout FunctionConfig) {
    if let node = fields["placement"] {
      config.placement = timeDistribution(node) ?? config.placement
    } else {
      config.placement = LambdaDefaults.placement
      assume(
        config.name, "placement", "logNormal, median 80 ms, p99 400 ms", .inferred,
        "mikhail.io (MIT), cold starts end to end, less the init phases of lambda-perf; not published", "2021-01")
    }
    if let node = fields["proactiveInit"] { config.proactiveInit = share(node) ?? 0 }
    if let node = fields["idleExpiry"] {
      config.idleExpiry = timeDistribution(node) ?? config.idleExpiry
    } else {
      assume(
        config.name, "idleExpiry", "uniform 5 min to 7 min", .measured, "mikhail.io (MIT); AWS says only some time",
        "2021-01")
    }
    if let node = fields["maximumAge"] {
      config.maximumAge = node.scalarText == "never" ? nil : timeDistribution(node)
    } else {
      config.maximumAge = LambdaDefaults.maximumAge
      assume(
        config.name, "maximumAge", "uniform 2 h to 4 h", .unknown,
        "a stated choice; AWS says only every few hours (lambda-runtime-environment)", "2026-10")
    }
    if let node = fields["recovery"] {
      config.recovery = choice(node, FunctionConfig.Recovery.self) ?? config.recovery
    } else {
      assume(
        config.name, "recovery", "reset", .documented, "Lambda Developer Guide, lambda-runtime-environment", "2026-10")
    }
    if let node = fields["environmentChoice"] {
      config.environmentChoice = choice(node, FunctionConfig.EnvironmentChoice.self) ?? config.environmentChoice
    } else {
      assume(
        config.name, "environmentChoice", "newestIdle", .inferred, "fits AWS's typical cold-start rates; not published",
        "2026-11")
    }
  }

  /// Notes a default whose origin the measured data name.
  func assume(_ subject: String, _ parameter: String, _ value: String, _ origin: Provenance) {
    assume(subject, parameter, value, origin.grade, origin.source, origin.asOf)
  }
}

extension Framework {
  /// Whether its figures can stand for a function on the runtime: another version of the same platform.
  fileprivate func runs(on other: String) -> Bool {
    let isNative = other.contains("provided")
    switch self {
    case .springBoot, .micronaut, .quarkus, .dagger: return other.hasPrefix("java")
    case .springBootNative, .micronautNative, .quarkusNative:
      return isNative && (other.hasPrefix("graalvm") || other.hasPrefix("quarkus") || other.hasPrefix("provided"))
    case .dotnet8: return other.hasPrefix("dotnet") && !isNative
    case .dotnet8Native: return isNative && (other.hasPrefix("dotnet") || other.hasPrefix("provided"))
    }
  }
}
