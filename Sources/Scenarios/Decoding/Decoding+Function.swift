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
    decodeRuntime(fields, &config)
    if let node = fields["memorySize"] {
      if let size = self.size(node, Size.megabytes(128)...Size.megabytes(10_240)) {
        if size.bytes % Size.megabytes(1).bytes == 0 {
          config.memorySize = Int(size.bytes / Size.megabytes(1).bytes)
        } else {
          fault(node.place, found: node.summary, wanted: "whole MB")
        }
      }
    } else {
      assume(name, "memorySize", "128 MB", .documented, "CloudFormation AWS::Lambda::Function", "2026-10")
    }
    if let node = fields["timeout"] {
      if let timeout = time(node, .seconds(1)...Time.seconds(900)) {
        config.timeout = timeout
        if timeout.nanoseconds % 1_000_000_000 != 0 { fault(node.place, found: node.summary, wanted: "whole seconds") }
      }
    } else {
      assume(name, "timeout", "3 s", .documented, "CloudFormation AWS::Lambda::Function", "2026-10")
    }
    decodeEnvironments(fields, &config)
    decodeSnapStart(fields, &config)
    decodeConcurrency(fields, &config)
    decodeEventInvoke(fields, &config, index)
    if let node = fields["handler"] {
      var context = HandlerContext(function: name, index: index)
      config.handler = steps(node, &context) ?? []
    }
    return faults.count == before ? config : nil
  }

  private func decodeRuntime(_ fields: Fields, _ config: inout FunctionConfig) {
    let before = faults.count
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
    if let node = fields["runtime"] {
      guard let runtime = text(node, wanted: "a runtime identifier") else { return }
      guard ColdStarts.runtimes.contains(runtime) else {
        let guess = self.guess(runtime, in: ColdStarts.runtimes)
        fault(
          node.place, found: node.summary, wanted: "a runtime identifier, as in `nodejs24.x` or `go-provided.al2023`",
          advice: guess.map { "did you mean `\($0)`?" } ?? "`windtunnel schema` lists them")
        return
      }
      config.runtime = runtime
    } else {
      assume(config.name, "runtime", config.runtime, .unknown, "a stated choice: the newest Node.js", "2026-08")
    }
    guard let node = fields["initDuration"] else {
      let combination = "\(config.runtime) \(config.architecture.rawValue) \(config.packageType.rawValue)"
      let measured = ColdStarts.distribution(
        runtime: config.runtime, architecture: config.architecture, packageType: config.packageType)
      guard measured != nil else {
        if faults.count == before {
          fault(
            (fields["runtime"] ?? fields["architecture"])?.place ?? fields.place,
            found:
              "\(combination), which nobody measured",
            wanted: "an `initDuration` with it", advice: "add one or choose another architecture")
        }
        return
      }
      assume(
        config.name, "initDuration", "measured table of \(combination), an empty function", .measured,
        ColdStarts.source, ColdStarts.asOf)
      return
    }
    config.initDuration = timeDistribution(node)
  }

  private func decodeEnvironments(_ fields: Fields, _ config: inout FunctionConfig) {
    if let node = fields["parallelism"] {
      config.parallelism = integer(node, 1...6) ?? config.parallelism
    } else {
      assume(config.name, "parallelism", "1", .unknown, "a stated choice: one thread of computation", "2026-11")
    }
    if let node = fields["idleExpiry"] {
      config.idleExpiry = timeDistribution(node) ?? config.idleExpiry
    } else {
      assume(
        config.name, "idleExpiry", "uniform 5 min to 7 min", .measured, "mikhail.io (MIT); AWS says only some time",
        "2021-01")
    }
    if let node = fields["environmentChoice"] {
      config.environmentChoice = choice(node, FunctionConfig.EnvironmentChoice.self) ?? config.environmentChoice
    } else {
      assume(
        config.name, "environmentChoice", "newestIdle", .inferred, "fits AWS's typical cold-start rates; not published",
        "2026-11")
    }
  }
}
