import Engine
import Services
import Units

/// SnapStart of functions.
extension Decoding {
  /// SnapStart, if the function has it, of a runtime that is known.
  func decodeSnapStart(_ fields: Fields, _ framework: Framework?, _ config: inout FunctionConfig) {
    guard let node = fields["snapStart"] else { return }
    var own: Fields?
    if case .mapping = node.content {
      guard let mapping = self.fields(node, Shapes.snapStart[0]) else { return }
      own = mapping
    }
    guard let applyOn = choice(own.map { $0["applyOn"] } ?? node, among: ["publishedVersions", "none"]) else { return }
    guard applyOn == "publishedVersions" else { return }
    guard let measured = Restores.provenance(runtime: config.runtime, architecture: config.architecture) else {
      return fault(
        node.place, found: "SnapStart of `\(config.runtime)`, which Lambda refuses",
        wanted: "Java 11, Python 3.12, .NET 8 or later, not an OS-only runtime",
        advice: "AWS: \(config.runtime) is not supported for SnapStart enabled functions; leave `snapStart` out")
    }
    guard let restore = restore(own, framework, measured, config) else { return }
    var snapStart = SnapStartConfig(restore: restore)
    decodeBilledRestore(own, &snapStart, config)
    decodeFirstCall(own, framework, measured, &snapStart, config)
    decodeCache(own, &snapStart, config)
    config.snapStart = snapStart
  }

  /// What AWS refuses together with SnapStart.
  func checkSnapStart(_ node: YAMLNode, _ config: FunctionConfig) {
    guard config.snapStart != nil else { return }
    if config.provisionedConcurrency != nil {
      fault(
        node.place, found: "SnapStart with provisioned concurrency, which Lambda refuses", wanted: "one of the two")
    }
    if config.ephemeralStorage > 512 {
      fault(
        node.place, found: "SnapStart with \(config.ephemeralStorage) MB of ephemeral storage, which Lambda refuses",
        wanted: "at most 512 MB")
    }
    if config.initFailure > 0 {
      fault(
        node.place, found: "`initFailure` with SnapStart", wanted: "one of the two",
        advice: "init runs when the version is published, and a version whose init fails is not")
    }
  }

  /// The word of a key that may be left out; the first one if it is.
  private func choice(_ node: YAMLNode?, among words: [String]) -> String? {
    guard let node else { return words[0] }
    guard let text = node.scalarText, words.contains(text) else {
      return reject(node, wanted: Kind.choice(words).wanted + ", or a mapping")
    }
    return text
  }

  private func restore(
    _ fields: Fields?, _ framework: Framework?, _ measured: Provenance, _ config: FunctionConfig
  ) -> Distribution? {
    if let node = fields?["restore"] { return timeDistribution(node) }
    if let framework, let restore = framework.restore(on: config.architecture) {
      assume(
        config.name, "snapStart.restore", "load test of \(framework.rawValue)",
        framework.provenance(on: config.architecture))
      return restore
    }
    assume(config.name, "snapStart.restore", "measured table for \(config.runtime), an empty function", measured)
    return Restores.distribution(
      runtime: config.runtime, architecture: config.architecture, memorySize: config.memorySize)
  }

  private func decodeBilledRestore(_ fields: Fields?, _ snapStart: inout SnapStartConfig, _ config: FunctionConfig) {
    if let node = fields?["runtimeLoad"] {
      snapStart.runtimeLoad = timeDistribution(node) ?? snapStart.runtimeLoad
    } else {
      snapStart.runtimeLoad = LambdaDefaults.runtimeLoad
      assume(
        config.name, "snapStart.runtimeLoad", "uniform 26 ms to 303 ms", .inferred,
        "Billed Restore Duration of four published REPORT lines, hooks included", "2024")
    }
    if let node = fields?["restoreHook"] { snapStart.restoreHook = timeDistribution(node) ?? snapStart.restoreHook }
    if let node = fields?["snapshotting"] {
      snapStart.snapshotting = timeDistribution(node) ?? snapStart.snapshotting
    } else {
      snapStart.snapshotting = LambdaDefaults.snapshotting
      if config.runtime.hasPrefix("java") {
        assume(config.name, "snapStart.snapshotting", "2 min", .unknown, "a stated choice; not published", "2026-11")
      }
    }
  }

  private func decodeFirstCall(
    _ fields: Fields?, _ framework: Framework?, _ measured: Provenance, _ snapStart: inout SnapStartConfig,
    _ config: FunctionConfig
  ) {
    if let node = fields?["priming"] { snapStart.priming = boolean(node) ?? false }
    if let node = fields?["firstCall"] {
      snapStart.firstCall = timeDistribution(node)
      if snapStart.priming {
        fault(node.place, found: "a first call with priming", wanted: "one of the two")
      }
    } else if !snapStart.priming {
      if let framework, let first = framework.restoredFirstCall(on: config.architecture) {
        snapStart.firstCall = first
        assume(
          config.name, "snapStart.firstCall", "load test of \(framework.rawValue)",
          framework.provenance(on: config.architecture))
      } else {
        snapStart.firstCall = Restores.firstCall(runtime: config.runtime, architecture: config.architecture)
        assume(
          config.name, "snapStart.firstCall", "measured for \(config.runtime), an empty function", measured)
      }
    }
  }

  private func decodeCache(_ fields: Fields?, _ snapStart: inout SnapStartConfig, _ config: FunctionConfig) {
    let warmUp = fields?["warmUp"].flatMap { self.fields($0, Shapes.snapStart[1]) }
    let parameter = "snapStart.warmUp."
    if let node = warmUp?["warmShare"] {
      snapStart.warmShare = share(node) ?? 1
    } else {
      snapStart.warmShare = SnapshotCache.defaultWarmShare
      assume(config.name, parameter + "warmShare", "71.5 %", SnapshotCache.warmUpProvenance)
    }
    if let node = warmUp?["restores"] {
      snapStart.warmUpRestores = positive(node) ?? 1
    } else {
      snapStart.warmUpRestores = SnapshotCache.defaultRestores
      assume(config.name, parameter + "restores", "8.7", SnapshotCache.warmUpProvenance)
    }
    if let node = warmUp?["coolsAfter"] {
      snapStart.coolsAfter = time(node, Time(nanoseconds: 1)...longestSpan) ?? snapStart.coolsAfter
    } else {
      snapStart.coolsAfter = SnapshotCache.defaultCoolsAfter
      assume(config.name, parameter + "coolsAfter", "6 h", SnapshotCache.coolingProvenance)
    }
  }
}
